/** How logit sees features: medians for what is missing, a robust scale, and a flag where something was missing. All learnt in training. */
import type { Matrix } from '../frame/matrix.js';

export interface ColumnScale {
  readonly median: number;
  /** Half the distance that holds the middle half, times 1.349 (equal to the deviation for normal data); 0 where the column is constant. */
  readonly scale: number;
  /** Whether training saw this column missing; only then is there a flag. */
  readonly flagged: boolean;
}

const isKnown = (value: number): boolean => value - value === 0;

export const learnScales = (x: Matrix): ColumnScale[] => x.columns.map(learnScale);

function learnScale(column: Float64Array): ColumnScale {
  const known = column.filter(isKnown).sort();
  const flagged = known.length < column.length;
  if (known.length === 0) return { median: 0, scale: 0, flagged };
  const median = quantileOfSorted(known, 0.5);
  const spread = (quantileOfSorted(known, 0.75) - quantileOfSorted(known, 0.25)) / 1.349;
  return { median, scale: spread > 0 ? spread : deviation(known), flagged };
}

/** Linear between order statistics (type 7 of Hyndman & Fan). */
export function quantileOfSorted(sorted: Float64Array, q: number): number {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const below = sorted[low]!;
  const above = sorted[Math.min(low + 1, sorted.length - 1)]!;
  return below + (above - below) * (at - low);
}

/** For columns whose middle half is one value, such as rare flags. */
function deviation(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  const result = Math.sqrt(squares / values.length);
  return result > 1e-12 * Math.max(1, Math.abs(mean)) ? result : 0;
}

// A feature twenty robust deviations away says no more than one at twenty, and one bad tick must not own a row.
const SCALED_MAX = 20;

/** Design columns: every scaled feature that varies, then the flags. */
export function designColumns(x: Matrix, scales: readonly ColumnScale[]): Float64Array[] {
  const design: Float64Array[] = [];
  scales.forEach(({ median, scale }, j) => {
    if (scale === 0) return;
    const column = x.columns[j]!;
    const scaled = new Float64Array(x.rows);
    for (let i = 0; i < x.rows; i++) {
      const value = column[i]!;
      if (isKnown(value)) scaled[i] = Math.max(-SCALED_MAX, Math.min(SCALED_MAX, (value - median) / scale));
    }
    design.push(scaled);
  });
  scales.forEach(({ flagged }, j) => {
    if (!flagged) return;
    const column = x.columns[j]!;
    design.push(Float64Array.from(column, (value) => (isKnown(value) ? 0 : 1)));
  });
  return design;
}
