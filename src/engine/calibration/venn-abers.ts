/** Venn-Abers: two probabilities for every score, one if the event were not to happen and one if it were; the truth lies between. */

export interface VennAbers {
  readonly kind: 'venn_abers';
  /** Distinct calibration scores, rising. */
  readonly scores: readonly number[];
  /** The isotonic value at each of them after one more row there that is no event, and after one that is. */
  readonly p0: readonly number[];
  readonly p1: readonly number[];
}

export interface VennAbersPrediction {
  readonly p0: number;
  readonly p1: number;
  /** p1 / (1 - p0 + p1): the single probability that loses least by logarithmic loss. */
  readonly p: number;
}

/**
 * The inductive predictor of Vovk, Petej & Fedorova (2015), on scores a model gave to rows it was not fitted on: equal to two isotonic
 * fits for every score that is asked about, in O(n log n) for all of them together. Rows whose score is NaN are left out.
 */
export function fitVennAbers(scores: Float64Array, isEvent: (row: number) => boolean): VennAbers {
  const order = Int32Array.from(scores, (_, row) => row)
    .filter((row) => !Number.isNaN(scores[row]!))
    .sort((i, j) => scores[i]! - scores[j]! || i - j);
  const distinct: number[] = [];
  const counts: number[] = [];
  const events: number[] = [];
  for (const row of order) {
    if (distinct.length === 0 || distinct.at(-1) !== scores[row]) {
      distinct.push(scores[row]!);
      counts.push(0);
      events.push(0);
    }
    counts[counts.length - 1]!++;
    if (isEvent(row)) events[events.length - 1]!++;
  }
  // Seen from the other end, with events for non-events, the one is the other.
  const mirrored = valuesWithEvent(counts.toReversed(), counts.map((count, i) => count - events[i]!).toReversed());
  return {
    kind: 'venn_abers',
    scores: distinct,
    p0: mirrored.map((value) => 1 - value).toReversed(),
    p1: valuesWithEvent(counts, events),
  };
}

/** Between two calibration scores a row that is an event joins the next one, one that is not the one before. NaN stays unknown. */
export function applyVennAbers(fitted: VennAbers, score: number): VennAbersPrediction {
  if (Number.isNaN(score)) return { p0: Number.NaN, p1: Number.NaN, p: Number.NaN };
  const { scores } = fitted;
  const atOrAbove = countBelow(scores, score);
  const isThere = scores[atOrAbove] === score;
  const p1 = fitted.p1[atOrAbove] ?? 1;
  const p0 = fitted.p0[isThere ? atOrAbove : atOrAbove - 1] ?? 0;
  return { p0, p1, p: p1 / (1 - p0 + p1) };
}

function countBelow(sorted: readonly number[], score: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Point {
  readonly rows: number;
  readonly events: number;
}

/** Whether b lies on or above the line from a to c, so that it is no corner of the lower hull. All counts are whole: exact. */
const isNoCorner = (a: Point, b: Point, c: Point): boolean =>
  (b.rows - a.rows) * (c.events - a.events) - (b.events - a.events) * (c.rows - a.rows) <= 0;

/**
 * For each place the isotonic value there when one more event stands in front of it. Isotonic regression is the slope of the lower hull
 * of the path of cumulated (rows, events); the extra step (1, 1) wanders through the path from left to right, and the corners that it
 * leaves behind are never needed again: a stack, linear time.
 */
function valuesWithEvent(counts: readonly number[], events: readonly number[]): number[] {
  // The path begins with the extra step.
  const path: Point[] = [
    { rows: -1, events: -1 },
    { rows: 0, events: 0 },
  ];
  counts.forEach((count, i) => {
    const { rows, events: before } = path.at(-1)!;
    path.push({ rows: rows + count, events: before + events[i]! });
  });
  const corners: Point[] = [];
  for (const point of path.toReversed()) {
    while (corners.length > 1 && isNoCorner(point, corners.at(-1)!, corners.at(-2)!)) corners.pop();
    corners.push(point);
  }
  return counts.map((_, i) => {
    const [start, end] = [corners.at(-1)!, corners.at(-2)!];
    const value = (end.events - start.events) / (end.rows - start.rows);
    // The extra step and step i change places; the point between them moves.
    const [before, step] = [path[i]!, { from: path[i + 1]!, to: path[i + 2]! }];
    const between = {
      rows: before.rows + step.to.rows - step.from.rows,
      events: before.events + step.to.events - step.from.events,
    };
    path[i + 1] = between;
    if (!isNoCorner(start, between, end)) {
      corners.pop();
      while (corners.length > 1 && isNoCorner(between, corners.at(-1)!, corners.at(-2)!)) corners.pop();
      corners.push(between);
    }
    return value;
  });
}
