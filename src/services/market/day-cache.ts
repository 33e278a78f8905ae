/** Answers that were worked out lately, by the bytes they come from: a rebuilt file is another entry. */
import type { DayIndex } from '#data/zones/day-index.js';

export interface Remembered<T> {
  get(key: string, load: () => Promise<T>): Promise<T>;
}

/** A hundred kilobytes for ten million rows. */
export type DayCache = Remembered<DayIndex>;

const KEPT_MAX = 64;

export function createRemembered<T>(keptMax = KEPT_MAX): Remembered<T> {
  const kept = new Map<string, Promise<T>>();
  return {
    get(key, load) {
      const known = kept.get(key);
      if (known !== undefined) {
        // The map keeps the order of insertion: what is asked again moves to its end.
        kept.delete(key);
        kept.set(key, known);
        return known;
      }
      const loading = load();
      kept.set(key, loading);
      // A failure is told to whoever asked, and is not kept.
      loading.catch(() => kept.delete(key));
      for (const oldest of kept.keys()) {
        if (kept.size <= keptMax) break;
        kept.delete(oldest);
      }
      return loading;
    },
  };
}
