/** Mean, sample deviation and sum over the days before each row, by running sums that do not lose their digits. */
import type { FeatureColumn } from './demand-feature.js';

export interface WindowTerms {
  readonly values: Float64Array;
  readonly day: Int32Array;
  /** Calendar days before the row; the row itself never counts. */
  readonly window: number;
  /** Fewer known values than this give NaN. */
  readonly minPeriods: number;
}

/** The rows of one series. What is computed is the same either way, to the bit. */
export interface SeriesRows {
  readonly from: number;
  readonly to: number;
  /** No day and no value is missing: a window is then so many rows, and nothing needs to be looked up. */
  readonly isWhole: boolean;
}

/** Days rise from row to row, so the first and the last tell. */
export const daysFollow = (day: Int32Array, from: number, to: number): boolean =>
  day[to - 1]! - day[from]! === to - 1 - from;

export function rowsOfSeries(values: Float64Array, day: Int32Array, from: number, to: number): SeriesRows {
  let isWhole = daysFollow(day, from, to);
  for (let t = from; isWhole && t < to; t++) isWhole = values[t]! - values[t]! === 0;
  return { from, to, isWhole };
}

export interface MomentColumns {
  readonly mean?: FeatureColumn | undefined;
  readonly std?: FeatureColumn | undefined;
  readonly sum?: FeatureColumn | undefined;
}

/** Sums are taken anew after this many updates, so that roundings do not pile up. */
const RENEW_AFTER = 1024;
/**
 * And when the spread has fallen below this share of the largest squares that went through the sums: a spike or a change of
 * level leaves its rounding behind, which would outweigh what is left.
 */
const RENEW_BELOW = 1e-4;

/**
 * Moments of the values on the days t - window .. t - 1 of one series.
 *
 * Sums run over differences from a base (a value of the window, later its mean), so that an offset costs no digits; the sums
 * depend on earlier rows only. Whole numbers sum without rounding. `std` divides by n - 1 and needs two values.
 */
export function rollMoments(
  { values, day, window, minPeriods }: WindowTerms,
  { mean, std, sum }: MomentColumns,
  { from, to, isWhole }: SeriesRows,
): void {
  let base = 0;
  let total = 0;
  let squares = 0;
  let largest = 0;
  let count = 0;
  let age = 0;
  let tail = from;
  for (let t = from; t < to; t++) {
    const value = t > from ? values[t - 1]! : Number.NaN;
    if (value - value === 0) {
      if (count === 0) {
        base = value;
        total = 0;
        squares = 0;
        largest = 0;
        age = 0;
      }
      const apart = value - base;
      total += apart;
      squares += apart * apart;
      if (squares > largest) largest = squares;
      count++;
      age++;
    }
    // On a whole series the calendar need not be asked which rows have left.
    while (isWhole ? tail < t - window : day[tail]! < day[t]! - window) {
      const gone = values[tail++]!;
      if (gone - gone !== 0) continue;
      const apart = gone - base;
      total -= apart;
      squares -= apart * apart;
      count--;
    }
    let spread = squares - (total * total) / count;
    if (count > 0 && (spread < largest * RENEW_BELOW || age > RENEW_AFTER)) {
      base = meanOf(values, tail, t, count);
      total = squares = age = 0;
      for (let i = tail; i < t; i++) {
        const apart = values[i]! - base;
        if (apart - apart !== 0) continue;
        total += apart;
        squares += apart * apart;
      }
      largest = squares;
      spread = squares - (total * total) / count;
    }
    const isKnown = count >= minPeriods && count > 0;
    if (mean !== undefined) mean[t] = isKnown ? base + total / count : Number.NaN;
    if (std !== undefined)
      std[t] = isKnown && count > 1 ? Math.sqrt(spread > 0 ? spread / (count - 1) : 0) : Number.NaN;
    if (sum !== undefined) sum[t] = isKnown ? base * count + total : Number.NaN;
  }
}

/** Mean of the known values, exact for equal ones. */
function meanOf(values: Float64Array, from: number, to: number, count: number): number {
  let first = Number.NaN;
  let apart = 0;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (value - value !== 0) continue;
    if (Number.isNaN(first)) first = value;
    apart += value - first;
  }
  return first + apart / count;
}
