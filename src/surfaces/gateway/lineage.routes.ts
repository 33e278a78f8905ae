/** Where a number came from, and whether it can be made again (DESIGN.md 5.1). */
import { z } from 'zod';
import { getLineage, type LineageNode, verifyArtifact } from '#services/operations/lineage.service.js';
import type { App } from '../http/surface.js';
import type { GatewayDesk } from './desk.js';

const ArtifactWire = z.object({
  sha256: z.string(),
  kind: z.string(),
  size_bytes: z.int(),
  params: z.record(z.string(), z.json()),
  code_version: z.string(),
  seed: z.int().nullable(),
  information_time: z.string().nullable(),
  model_id: z.string().nullable(),
  pack_id: z.string().nullable(),
  uri: z.string().nullable(),
  created_at: z.string(),
});
type Node = z.infer<typeof ArtifactWire> & { is_repeated: boolean; parents: Node[] };
const NodeWire: z.ZodType<Node> = ArtifactWire.extend({
  /** Its parents were told where it first appears. */
  is_repeated: z.boolean(),
  get parents() {
    return z.array(NodeWire);
  },
}).meta({ id: 'LineageNode' });

const StepWire = z.object({
  sha256: z.string(),
  kind: z.string(),
  outcome: z.enum(['same', 'different', 'source']),
  recomputed_sha: z.string(),
  duration_ms: z.number(),
  first_difference: z.int().nullable(),
});
const VerificationWire = StepWire.omit({ outcome: true }).extend({ ok: z.boolean(), steps: z.array(StepWire) });
const depth = z.enum(['parents', 'all']).default('parents');
const artifactName = z.string().min(1).max(128);

export function lineageRoutes(app: App, desk: GatewayDesk): void {
  app.get(
    '/api/almanac/lineage/:sha256',
    {
      schema: {
        summary: 'The tree of all that an artifact was made from; any unique beginning of its SHA-256 will do',
        params: z.object({ sha256: z.string().regex(/^[0-9a-f]{8,64}$/, '8 to 64 lower-case hexadecimal digits') }),
        response: { 200: NodeWire },
      },
    },
    async ({ params }) => toNode(await getLineage(desk.lineage, params.sha256)),
  );

  app.post(
    '/api/almanac/verify/:id',
    {
      schema: {
        summary: 'Make an artifact again from its parents and compare byte for byte; a SHA-256 or the id of a backtest',
        params: z.object({ id: artifactName }),
        querystring: z.object({ depth }),
        response: { 200: VerificationWire },
      },
      config: { audit: 'none' },
    },
    async ({ params, query }) => verify(desk, params.id, query.depth),
  );

  app.post(
    '/api/almanac/verify',
    {
      schema: {
        summary: 'The same with the name in the body',
        body: z.object({ id: artifactName, depth }),
        response: { 200: VerificationWire },
      },
      config: { audit: 'none' },
    },
    async ({ body }) => verify(desk, body.id, body.depth),
  );
}

async function verify(desk: GatewayDesk, id: string, depth: 'parents' | 'all') {
  const sha256 = (await desk.findArtifactOf?.(id)) ?? id;
  const { steps, ok, ...whole } = await verifyArtifact(desk.lineage, sha256, { depth });
  const toWire = (step: typeof whole) => ({
    sha256: step.sha256,
    kind: step.kind,
    recomputed_sha: step.recomputedSha,
    duration_ms: step.durationMs,
    first_difference: step.firstDifference ?? null,
  });
  return { ...toWire(whole), ok, steps: steps.map((step) => ({ ...toWire(step), outcome: step.outcome })) };
}

const toNode = ({ artifact, parents, isRepeated }: LineageNode): Node => ({
  sha256: artifact.sha256,
  kind: artifact.kind,
  size_bytes: artifact.sizeBytes,
  params: { ...artifact.params } as Node['params'],
  code_version: artifact.codeVersion,
  seed: artifact.seed,
  information_time: artifact.informationTimeMs === null ? null : new Date(artifact.informationTimeMs).toISOString(),
  model_id: artifact.modelId,
  pack_id: artifact.packId,
  uri: artifact.uri,
  created_at: new Date(artifact.createdAtMs).toISOString(),
  is_repeated: isRepeated,
  parents: parents.map(toNode),
});
