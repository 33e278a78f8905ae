/** The downhill simplex of Nelder and Mead (1965), in the form of Nash, Compact Numerical Methods (1990), algorithm 19. */
import { assert } from '#base/assert.js';

export interface SimplexSearch {
  /** Where the search begins; its value must be finite. */
  readonly start: ArrayLike<number>;
  /** What is made small; anything that is not finite counts as forbidden. The array is the search's own: read it, do not keep it. */
  readonly objective: (point: Float64Array) => number;
  /** Stops when the best and the worst corner differ by less than this share of the first value. */
  readonly tolerance?: number;
  readonly evaluationsMax?: number;
}

export interface SimplexResult {
  readonly point: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

/** The value of a forbidden corner: worse than all others, and still a number that can be compared. */
const FORBIDDEN = 1e35;
const REFLECT = 1;
const CONTRACT = 0.5;
const EXTEND = 2;
/** The first edge, as a share of the largest coordinate: one length for all, as Nash has it. */
const FIRST_EDGE = 0.1;

/**
 * A local minimum. No chance in it: equal inputs walk the same way on every machine.
 *
 * Stops also after `evaluationsMax` (default 2,000) evaluations, or when a shrunken simplex did not become smaller.
 */
export function searchSimplex(search: SimplexSearch): SimplexResult {
  const { start, objective, tolerance = 1.4901161193847656e-8, evaluationsMax = 2000 } = search;
  const size = start.length;
  const first = objective(Float64Array.from(start));
  assert(Number.isFinite(first), 'a search begins where its objective is finite');
  const convergence = tolerance * (Math.abs(first) + tolerance);
  const { corners, perimeter } = firstSimplex(start);
  const values = new Float64Array(size + 1);
  values[0] = first;
  const centroid = new Float64Array(size);
  const trial = new Float64Array(size);
  const farther = new Float64Array(size);
  let evaluations = 1;
  let best = 0;
  let worst = 0;
  let oldSize = perimeter;

  const evaluate = (point: Float64Array): number => {
    evaluations++;
    const value = objective(point);
    return Number.isFinite(value) ? value : FORBIDDEN;
  };
  const evaluateAllBut = (kept: number): void => {
    for (let j = 0; j <= size; j++) if (j !== kept) values[j] = evaluate(corners[j]);
  };
  const replaceWorst = (point: Float64Array, value: number): void => {
    corners[worst].set(point);
    values[worst] = value;
  };
  const findEnds = (): void => {
    const known = best;
    worst = known;
    for (let j = 0; j <= size; j++) {
      if (j === known) continue;
      if (values[j] < values[best]) best = j;
      if (values[j] > values[worst]) worst = j;
    }
  };
  /** Halves every edge towards the best corner; false when that did not make the simplex smaller. */
  const shrink = (): boolean => {
    let newSize = 0;
    for (let j = 0; j <= size; j++) {
      if (j === best) continue;
      for (let i = 0; i < size; i++) {
        corners[j][i] = CONTRACT * (corners[j][i] - corners[best][i]) + corners[best][i];
        newSize += Math.abs(corners[j][i] - corners[best][i]);
      }
    }
    if (newSize >= oldSize) return false;
    oldSize = newSize;
    evaluateAllBut(best);
    return true;
  };

  evaluateAllBut(0);
  while (evaluations <= evaluationsMax) {
    findEnds();
    if (values[worst] <= values[best] + convergence) break;
    averageWithout(corners, worst, centroid);
    for (let i = 0; i < size; i++) trial[i] = (1 + REFLECT) * centroid[i] - REFLECT * corners[worst][i];
    const reflected = evaluate(trial);
    if (reflected < values[best]) {
      for (let i = 0; i < size; i++) farther[i] = EXTEND * trial[i] + (1 - EXTEND) * centroid[i];
      const extended = evaluate(farther);
      if (extended < reflected) replaceWorst(farther, extended);
      else replaceWorst(trial, reflected);
      continue;
    }
    const isBetterThanWorst = reflected < values[worst];
    if (isBetterThanWorst) replaceWorst(trial, reflected);
    for (let i = 0; i < size; i++) trial[i] = (1 - CONTRACT) * corners[worst][i] + CONTRACT * centroid[i];
    const contracted = evaluate(trial);
    if (contracted < values[worst]) replaceWorst(trial, contracted);
    else if (!isBetterThanWorst && !shrink()) break;
  }
  findEnds();
  return { point: corners[best], value: values[best], evaluations };
}

/** The start and one corner a coordinate, each a step away. */
function firstSimplex(start: ArrayLike<number>): { corners: Float64Array[]; perimeter: number } {
  const size = start.length;
  let step = 0;
  for (let i = 0; i < size; i++) step = Math.max(step, FIRST_EDGE * Math.abs(start[i]));
  if (step === 0) step = FIRST_EDGE;
  const corners = Array.from({ length: size + 1 }, () => Float64Array.from(start));
  let perimeter = 0;
  for (let i = 0; i < size; i++) {
    let edge = step;
    // A step that vanishes beside a large coordinate would leave a flat simplex.
    while (corners[i + 1][i] === start[i]) {
      corners[i + 1][i] = start[i] + edge;
      edge *= 10;
    }
    perimeter += edge;
  }
  return { corners, perimeter };
}

function averageWithout(corners: readonly Float64Array[], left: number, out: Float64Array): void {
  const size = out.length;
  for (let i = 0; i < size; i++) {
    let sum = -corners[left][i];
    for (let j = 0; j <= size; j++) sum += corners[j][i];
    out[i] = sum / size;
  }
}
