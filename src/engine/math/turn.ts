/** Sine and cosine of parts of a full turn, the same bits on every engine. */

/** sin(2 pi x); within 2 units in the last place. NaN for what is not finite. */
export const sineOfTurn = (x: number): number => circular(x, 0);

/** cos(2 pi x). */
export const cosineOfTurn = (x: number): number => circular(x, 1);

/** The quarter of the circle is taken off exactly; what is left is at most an eighth of a turn, where the series are short. */
function circular(x: number, quartersAhead: number): number {
  const part = x - Math.floor(x);
  const quarter = Math.floor(part * 4 + 0.5);
  const angle = (part - quarter / 4) * (2 * Math.PI);
  switch ((quarter + quartersAhead) % 4) {
    case 0:
      return sineSeries(angle);
    case 1:
      return cosineSeries(angle);
    case 2:
      return -sineSeries(angle);
    default:
      return -cosineSeries(angle);
  }
}

/** Taylor to degree 17; the first term left out is below 1e-18 for |x| <= pi / 4. */
function sineSeries(x: number): number {
  const square = x * x;
  let factor = 1;
  for (let n = 16; n >= 2; n -= 2) factor = 1 - (factor * square) / (n * (n + 1));
  return x * factor;
}

function cosineSeries(x: number): number {
  const square = x * x;
  let factor = 1;
  for (let n = 18; n >= 2; n -= 2) factor = 1 - (factor * square) / (n * (n - 1));
  return factor;
}
