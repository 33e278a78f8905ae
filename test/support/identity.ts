/** An identity desk on a test database, with a clock that the test moves. */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { IdentityDesk } from '#services/identity/desk.js';
import { createSignInThrottle } from '#services/identity/sign-in-throttle.js';
import { deriveTokenKey } from '#services/identity/token.js';
import type { Tables } from '#store/database.js';

export interface TestClock {
  nowMs(): number;
  pass(ms: number): void;
}

/** Starts at 12:00:00 UTC of some day, in the middle of no window. */
export function testClock(startMs = Date.UTC(2026, 0, 15, 12)): TestClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    pass(ms) {
      nowMs += ms;
    },
  };
}

export function testIdentity(
  db: Kysely<Tables>,
  over: Partial<IdentityDesk> = {},
): IdentityDesk & { clock: TestClock } {
  return {
    db,
    clock: testClock(),
    ids: { uuid: randomUUID, short: (prefix) => `${prefix}${randomUUID().slice(0, 10)}` },
    tokenKey: deriveTokenKey('a key for tests'),
    throttle: createSignInThrottle(),
    ...over,
  } as IdentityDesk & { clock: TestClock };
}
