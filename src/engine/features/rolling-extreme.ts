/** Smallest and largest value over the days before each row, by a queue of the values that can still become it. */
import type { FeatureColumn, FillSeries } from './demand-feature.js';
import type { WindowTerms } from './rolling-moments.js';

export type Extreme = 'min' | 'max';

/**
 * The extreme of the values on the days t - window .. t - 1, series after series: a monotonic queue in a ring (Lemire 2006), so
 * that a row costs the same whatever the window. The ring is made once and shared by all series.
 */
export function rollExtreme(
  { values, day, window, minPeriods }: WindowTerms,
  extreme: Extreme,
  out: FeatureColumn,
): FillSeries {
  // A power of two, so that going round is an `and`; one place more than the window can hold.
  let places = 1;
  while (places <= window) places *= 2;
  const ring = places - 1;
  const queueDay = new Int32Array(places);
  const queueValue = new Float64Array(places);
  const sign = extreme === 'max' ? 1 : -1;
  return (from, to) => {
    let [head, end] = [0, 0];
    let [count, tail] = [0, from];
    for (let t = from; t < to; t++) {
      const value = t > from ? values[t - 1]! * sign : Number.NaN;
      const first = day[t]! - window;
      while (head < end && queueDay[head & ring]! < first) head++;
      if (value - value === 0) {
        while (head < end && queueValue[(end - 1) & ring]! <= value) end--;
        queueDay[end & ring] = day[t - 1]!;
        queueValue[end++ & ring] = value;
        count++;
        if (day[t - 1]! < first) head = end;
      }
      while (day[tail]! < first) {
        const gone = values[tail++]!;
        if (gone - gone === 0) count--;
      }
      out[t] = count >= minPeriods && count > 0 ? queueValue[head & ring]! * sign : Number.NaN;
    }
  };
}
