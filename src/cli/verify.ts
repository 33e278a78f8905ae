/** Asks the gateway to make an artifact again from its parents, and says what came of it. */
import type { Gateway } from '@almanac/sdk';

export type Verification = Gateway.PostAlmanacVerifyByIdAnswer;

export function sayVerification({ ok, sha256, recomputed_sha: again, steps }: Verification): string {
  if (ok) return `made again from its parents, bit for bit the same (${steps.length} of ${steps.length})`;
  const different = steps.filter(({ outcome }) => outcome === 'different');
  return `NOT the same: ${different.map(({ kind }) => kind).join(', ')}; ${sha256} became ${again}`;
}
