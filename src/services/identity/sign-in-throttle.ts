/**
 * Slows down guessing: five failed sign-ins in 15 minutes for one user from one address close that door until they age out.
 * Kept in this process: a restart forgets, which no guesser can cause.
 */
const FAILURES_MAX = 5;
const WINDOW_MS = 15 * 60_000;
/** Names that are kept at most; the oldest go first, so that a flood of names costs no memory. */
const DOORS_MAX = 20_000;

export interface SignInThrottle {
  /** Seconds to wait; 0 when the door is open. */
  waitSeconds(door: string, nowMs: number): number;
  countFailure(door: string, nowMs: number): void;
  forget(door: string): void;
}

export function createSignInThrottle(): SignInThrottle {
  const failures = new Map<string, number[]>();
  const recent = (door: string, nowMs: number) => (failures.get(door) ?? []).filter((at) => at > nowMs - WINDOW_MS);
  return {
    waitSeconds(door, nowMs) {
      const known = recent(door, nowMs);
      return known.length < FAILURES_MAX ? 0 : Math.ceil((known[0]! + WINDOW_MS - nowMs) / 1000);
    },
    countFailure(door, nowMs) {
      const known = [...recent(door, nowMs), nowMs].slice(-FAILURES_MAX);
      failures.delete(door);
      failures.set(door, known);
      if (failures.size > DOORS_MAX) failures.delete(failures.keys().next().value!);
    },
    forget: (door) => void failures.delete(door),
  };
}
