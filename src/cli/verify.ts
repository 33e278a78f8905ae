/** Asks the gateway to make an artifact again from its parents, and reads what came of it. */
import { type ClientOptions, call } from '@almanac/sdk';
import { z } from 'zod';

const Step = z.object({
  sha256: z.string(),
  kind: z.string(),
  outcome: z.enum(['same', 'different', 'source']),
  recomputed_sha: z.string(),
  duration_ms: z.number(),
});

const Verification = z.object({
  sha256: z.string(),
  kind: z.string(),
  ok: z.boolean(),
  recomputed_sha: z.string(),
  duration_ms: z.number(),
  steps: z.array(Step),
});
export type Verification = z.infer<typeof Verification>;

export async function verify(gateway: ClientOptions, id: string, depth: 'parents' | 'all'): Promise<Verification> {
  return Verification.parse(
    await call(gateway, 'POST', '/api/almanac/verify/{id}', { path: { id }, query: { depth } }),
  );
}

export function sayVerification({ ok, sha256, recomputed_sha: again, steps }: Verification): string {
  if (ok) return `made again from its parents, bit for bit the same (${steps.length} of ${steps.length})`;
  const different = steps.filter(({ outcome }) => outcome === 'different');
  return `NOT the same: ${different.map(({ kind }) => kind).join(', ')}; ${sha256} became ${again}`;
}
