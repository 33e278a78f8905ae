/** Platt's sigmoid: the two numbers that turn a score into a probability. */
import { log } from '../math/log.js';
import { sigmoid } from '../models/softmax.js';

/** p = 1 / (1 + exp(a * score + b)): a is negative where a higher score means a likelier event. */
export interface PlattSigmoid {
  readonly kind: 'sigmoid';
  readonly a: number;
  readonly b: number;
}

const ITERATIONS_MAX = 100;
// Keeps the Hessian invertible when all scores are equal.
const RIDGE = 1e-12;

/**
 * Maximum likelihood with smoothed targets (N+ + 1) / (N+ + 2) and 1 / (N- + 2), by Newton's method with halving.
 * Platt (1999); the safeguards of Lin, Lin & Weng (2007). Rows whose score is not finite are left out; without any the curve is 0.5.
 */
export function fitPlatt(all: Float64Array, happened: (row: number) => boolean): PlattSigmoid {
  const known = Int32Array.from(all, (_, i) => i).filter((i) => Number.isFinite(all[i]));
  const scores = Float64Array.from(known, (i) => all[i]!);
  const outcomes = Uint8Array.from(known, (i) => (happened(i) ? 1 : 0));
  const isEvent = (row: number) => outcomes[row] === 1;
  const rows = scores.length;
  let events = 0;
  for (let i = 0; i < rows; i++) if (isEvent(i)) events++;
  const high = (events + 1) / (events + 2);
  const low = 1 / (rows - events + 2);
  let a = 0;
  let b = log((rows - events + 1) / (events + 1));
  const lossOf = (slope: number, shift: number) => {
    let loss = 0;
    for (let i = 0; i < rows; i++) {
      // -t log p - (1 - t) log(1 - p), written on the score so that neither logarithm sees 0.
      const f = slope * scores[i]! + shift;
      const t = isEvent(i) ? high : low;
      loss += (f >= 0 ? t * f : (t - 1) * f) - log(sigmoid(Math.abs(f)));
    }
    return loss;
  };
  let loss = lossOf(a, b);
  for (let iteration = 0; iteration < ITERATIONS_MAX; iteration++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, RIDGE, 0, RIDGE];
    for (let i = 0; i < rows; i++) {
      const score = scores[i]!;
      const p = sigmoid(-(a * score + b));
      const error = (isEvent(i) ? high : low) - p;
      const curvature = p * (1 - p);
      ga += score * error;
      gb += error;
      haa += score * score * curvature;
      hab += score * curvature;
      hbb += curvature;
    }
    if (Math.abs(ga) < 1e-10 && Math.abs(gb) < 1e-10) break;
    const determinant = haa * hbb - hab * hab;
    const da = -(hbb * ga - hab * gb) / determinant;
    const db = -(haa * gb - hab * ga) / determinant;
    let size = 1;
    for (; size >= 1e-10; size /= 2) {
      const tried = lossOf(a + size * da, b + size * db);
      if (tried <= loss) {
        a += size * da;
        b += size * db;
        loss = tried;
        break;
      }
    }
    if (size < 1e-10) break;
  }
  return { kind: 'sigmoid', a, b };
}

export const applyPlatt = ({ a, b }: PlattSigmoid, score: number): number => sigmoid(-(a * score + b));
