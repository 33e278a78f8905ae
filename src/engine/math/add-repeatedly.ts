/** A number added many times over, with the rounding of adding it one by one, in few steps. */

const bits = new DataView(new ArrayBuffer(16));

/** Whether two numbers have one sign and one exponent, and so one distance between neighbouring doubles. */
function isSameBinade(a: number, b: number): boolean {
  bits.setFloat64(0, a);
  bits.setFloat64(8, b);
  return bits.getUint16(0) >>> 4 === bits.getUint16(8) >>> 4;
}

// Below this, adding is quicker than thinking.
const FEW = 12;

/**
 * Adds `step` to `sums[at]` so many times, each sum rounded: the bits of the plain loop. In place, because V8 would box a returned double.
 *
 * While the sum stays within one power of two its neighbours are equally far apart, so that every addition moves it by the same amount:
 * a tie rounds to even, and from an even sum it always rounds the same way. These moves are whole numbers of that distance, and their
 * multiple is exact as long as it stays there too.
 */
export function addRepeatedly(sums: Float64Array, at: number, step: number, times: number): void {
  let sum = sums[at]!;
  let left = times;
  while (left > FEW) {
    const before = sum;
    sum += step;
    left--;
    if (!isSameBinade(before, sum)) continue;
    const move = sum + step - sum;
    if (!Number.isFinite(move)) break;
    let chunk = left;
    while (chunk > 3 && !isSameBinade(sum, sum + move * chunk)) chunk >>= 1;
    if (chunk <= 3) continue;
    sum += move * chunk;
    left -= chunk;
  }
  for (; left > 0; left--) sum += step;
  sums[at] = sum;
}
