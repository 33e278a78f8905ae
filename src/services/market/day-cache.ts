/** Indexes of days that were asked about lately, by the bytes of their events: a rebuilt day is another entry. */
import type { DayIndex } from '#data/zones/day-index.js';

export interface DayCache {
  get(sha256: string, load: () => Promise<DayIndex>): Promise<DayIndex>;
}

/** A hundred kilobytes for ten million rows. */
const DAYS_MAX = 64;

export function createDayCache(): DayCache {
  const kept = new Map<string, Promise<DayIndex>>();
  return {
    get(sha256, load) {
      const known = kept.get(sha256);
      if (known !== undefined) {
        // The map keeps the order of insertion: what is asked again moves to its end.
        kept.delete(sha256);
        kept.set(sha256, known);
        return known;
      }
      const loading = load();
      kept.set(sha256, loading);
      // A failure is told to whoever asked, and is not kept.
      loading.catch(() => kept.delete(sha256));
      for (const oldest of kept.keys()) {
        if (kept.size <= DAYS_MAX) break;
        kept.delete(oldest);
      }
      return loading;
    },
  };
}
