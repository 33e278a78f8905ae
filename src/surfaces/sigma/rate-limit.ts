/**
 * Sigma's request limits (contract 3): fixed windows of a UTC minute and a UTC hour, counted per user or, without one, per
 * address. Counted in this process: one server owns an install, and a count in PostgreSQL would cost every request a write
 * (docs/decisions has the record).
 */
import type { Clock } from '#base/clock.js';
import type { Principal } from '#services/identity/principal.js';

export interface RateLimits {
  readonly perMinute: number;
  readonly perHour: number;
}

/** Enterprise has none. */
export const RATE_LIMITS: Readonly<Record<Principal['tier'], RateLimits | undefined>> = {
  free: { perMinute: 60, perHour: 1000 },
  basic: { perMinute: 300, perHour: 10_000 },
  pro: { perMinute: 1000, perHour: 50_000 },
  enterprise: undefined,
};

/** What the three headers say, of the window with the fewest requests left; ties go to the minute. */
export interface RateVerdict {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Epoch seconds. */
  readonly resetsAtS: number;
  readonly windowS: number;
  readonly retryAfterS: number;
}

export interface RateLimiter {
  /** Counts one request unless it would exceed; undefined when the caller has no limits. */
  take(caller: string, limits: RateLimits | undefined): RateVerdict | undefined;
}

const MINUTE_S = 60;
const HOUR_S = 3600;
/** Callers remembered at most; beyond it those of past hours are dropped. */
const CALLERS_MAX = 50_000;

interface Count {
  minute: number;
  inMinute: number;
  hour: number;
  inHour: number;
}

export function createRateLimiter({ clock, isEnforced }: { clock: Clock; isEnforced: boolean }): RateLimiter {
  const counts = new Map<string, Count>();
  return {
    take(caller, limits) {
      if (limits === undefined) return undefined;
      const nowS = clock.nowMs() / 1000;
      const count = counts.get(caller) ?? { minute: -1, inMinute: 0, hour: -1, inHour: 0 };
      enterWindows(count, nowS);
      const isAllowed = count.inMinute < limits.perMinute && count.inHour < limits.perHour;
      if (isAllowed || !isEnforced) {
        count.inMinute += 1;
        count.inHour += 1;
      }
      if (!counts.has(caller)) {
        if (counts.size >= CALLERS_MAX) forgetPast(counts, Math.floor(nowS / HOUR_S));
        counts.set(caller, count);
      }
      return verdict(count, limits, nowS, isAllowed || !isEnforced);
    },
  };
}

/** A clock that is set back a little stays in the window it was in: nobody gains requests by it. */
function enterWindows(count: Count, nowS: number): void {
  const minute = Math.floor(nowS / MINUTE_S);
  const hour = Math.floor(nowS / HOUR_S);
  if (minute > count.minute || minute < count.minute - 1) {
    count.minute = minute;
    count.inMinute = 0;
  }
  if (hour > count.hour || hour < count.hour - 1) {
    count.hour = hour;
    count.inHour = 0;
  }
}

function verdict(count: Count, limits: RateLimits, nowS: number, isAllowed: boolean): RateVerdict {
  const leftInMinute = Math.max(0, limits.perMinute - count.inMinute);
  const leftInHour = Math.max(0, limits.perHour - count.inHour);
  const isMinute = leftInMinute <= leftInHour;
  const minuteEndS = (count.minute + 1) * MINUTE_S;
  const hourEndS = (count.hour + 1) * HOUR_S;
  // Refused by both windows: only when the later one ends is there room again.
  const freeAtS = leftInHour === 0 ? hourEndS : minuteEndS;
  return {
    isAllowed,
    limit: isMinute ? limits.perMinute : limits.perHour,
    remaining: isMinute ? leftInMinute : leftInHour,
    resetsAtS: isMinute ? minuteEndS : hourEndS,
    windowS: isMinute ? MINUTE_S : HOUR_S,
    retryAfterS: Math.max(1, Math.ceil(freeAtS - nowS)),
  };
}

function forgetPast(counts: Map<string, Count>, hour: number): void {
  for (const [caller, count] of counts) if (count.hour < hour) counts.delete(caller);
  // All of this hour: the longest known goes, so that memory stays bounded whatever comes.
  if (counts.size >= CALLERS_MAX) counts.delete(counts.keys().next().value!);
}
