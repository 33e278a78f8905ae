/** Where an artifact came from, and whether it can be made again, byte for byte. */
import { assert } from '#base/assert.js';
import type { Clock } from '#base/clock.js';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { ArtifactStore, StoredArtifact } from '#data/artifacts/port.js';
import { sha256 as hashOf } from '#data/hash.js';
import {
  type Artifact,
  findArtifactByPrefix,
  findUnknownArtifacts,
  insertArtifact,
  listAncestry,
} from '#store/artifact.store.js';
import type { Database } from '#store/database.js';
import type { Recipe } from './recipe.js';

export interface LineageDesk {
  readonly db: Database;
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  /** Of this build: artifacts of another version are not recomputed. */
  readonly codeVersion: string;
  readonly recipes: readonly Recipe[];
}

export interface ArtifactRecord {
  readonly kind: string;
  /** Bytes to keep, or what the artifact store already keeps. */
  readonly content: Uint8Array | string | StoredArtifact;
  /** In the order the recipe takes them. */
  readonly parents?: readonly string[];
  readonly params?: JsonObject;
  readonly seed?: number;
  /** The latest moment whose knowledge is in it. */
  readonly informationTimeMs?: number;
  readonly modelId?: string;
  readonly packId?: string;
  readonly uri?: string;
}

/**
 * Keeps the bytes and says where they came from: the file first, flushed, then the row, in the caller's transaction `tx`.
 * A file without a row harms nobody; a row without a file would be a lie. Equal bytes are one artifact, and the first
 * account of them stays. Errors: artifactMissing for a parent nobody recorded.
 */
export async function recordArtifact(
  desk: Pick<LineageDesk, 'artifacts' | 'codeVersion'>,
  tx: Database,
  record: ArtifactRecord,
): Promise<Artifact> {
  const { kind, content, parents = [], params = {} } = record;
  const stored = await keep(desk.artifacts, content);
  const [unknown] = await findUnknownArtifacts(tx, parents);
  if (unknown !== undefined) throw errors.artifactMissing(unknown);
  return insertArtifact(tx, {
    ...stored,
    kind,
    parents,
    params,
    codeVersion: desk.codeVersion,
    seed: record.seed ?? null,
    informationTimeMs: record.informationTimeMs ?? null,
    modelId: record.modelId ?? null,
    packId: record.packId ?? null,
    uri: record.uri ?? null,
  });
}

async function keep(artifacts: ArtifactStore, content: ArtifactRecord['content']): Promise<StoredArtifact> {
  if (typeof content === 'string' || content instanceof Uint8Array) return artifacts.put(content);
  if (!(await artifacts.has(content.sha256))) throw errors.artifactMissing(content.sha256);
  return { sha256: content.sha256, sizeBytes: content.sizeBytes };
}

/** By the whole SHA-256 or its first digits. Errors: artifactMissing, shaAmbiguous. */
export async function getArtifact(desk: Pick<LineageDesk, 'db'>, shaOrPrefix: string): Promise<Artifact> {
  const artifact = await findArtifactByPrefix(desk.db, shaOrPrefix);
  if (artifact === undefined) throw errors.artifactMissing(shaOrPrefix);
  return artifact;
}

export interface LineageNode {
  readonly artifact: Artifact;
  /** In the artifact's order; empty for a source, and where `isRepeated`. */
  readonly parents: readonly LineageNode[];
  /** Its parents were told where it first appears in the tree, reading from the top. */
  readonly isRepeated: boolean;
}

/** The tree of all that an artifact was made from. Errors: artifactMissing, shaAmbiguous. */
export async function getLineage(desk: Pick<LineageDesk, 'db'>, shaOrPrefix: string): Promise<LineageNode> {
  const { sha256 } = await getArtifact(desk, shaOrPrefix);
  const bySha = await ancestryBySha(desk.db, sha256);
  const told = new Set<string>();
  const nodeOf = (sha: string): LineageNode => {
    const artifact = artifactIn(bySha, sha);
    const isRepeated = told.has(sha) && artifact.parents.length > 0;
    told.add(sha);
    return { artifact, parents: isRepeated ? [] : artifact.parents.map(nodeOf), isRepeated };
  };
  return nodeOf(sha256);
}

const ancestryBySha = async (db: Database, sha256: string): Promise<Map<string, Artifact>> =>
  new Map((await listAncestry(db, sha256)).map((artifact) => [artifact.sha256, artifact]));

function artifactIn(bySha: ReadonlyMap<string, Artifact>, sha256: string): Artifact {
  const artifact = bySha.get(sha256);
  assert(artifact !== undefined, 'every parent of a recorded artifact is recorded');
  return artifact;
}

export interface VerifyOptions {
  /** `parents`: trust the parents' bytes, which match their names. `all`: make every ancestor again, sources first. */
  readonly depth?: 'parents' | 'all';
  readonly signal?: AbortSignal;
  /** Hears each step as it is done. */
  readonly onStep?: (step: VerifyStep, done: number, total: number) => void;
}

export interface VerifyStep {
  readonly sha256: string;
  readonly kind: string;
  /** `source`: from outside, nothing to make again; its bytes match its name. */
  readonly outcome: 'same' | 'different' | 'source';
  readonly recomputedSha: string;
  readonly durationMs: number;
  /** Offset of the first byte that differs; the shorter length where one is the beginning of the other. */
  readonly firstDifference?: number;
}

export interface Verification {
  readonly sha256: string;
  readonly kind: string;
  readonly ok: boolean;
  readonly recomputedSha: string;
  readonly durationMs: number;
  /** What was checked, sources first, the artifact itself last. */
  readonly steps: readonly VerifyStep[];
  readonly firstDifference?: number;
}

/**
 * Makes an artifact again from its parents and compares byte for byte. A pass is only ever said of bytes that were made
 * again. Errors, each a clear no: artifactMissing, shaAmbiguous, artifactDamaged (it or a parent changed on disk),
 * recipeMissing (nobody knows how to make its kind, sources included), codeVersionForeign.
 */
export async function verifyArtifact(
  desk: LineageDesk,
  shaOrPrefix: string,
  { depth = 'parents', signal, onStep }: VerifyOptions = {},
): Promise<Verification> {
  const artifact = await getArtifact(desk, shaOrPrefix);
  const bySha = await ancestryBySha(desk.db, artifact.sha256);
  const plan = depth === 'all' ? sourcesFirst(bySha, artifact.sha256) : [artifact];
  for (const each of plan) if (each === plan.at(-1) || !isSource(each)) recipeFor(desk, each);
  const steps: VerifyStep[] = [];
  for (const each of plan) {
    signal?.throwIfAborted();
    const step = await verifyOne(desk, each, each !== plan.at(-1), signal);
    steps.push(step);
    onStep?.(step, steps.length, plan.length);
  }
  const { recomputedSha, firstDifference } = steps.at(-1)!;
  return {
    sha256: artifact.sha256,
    kind: artifact.kind,
    ok: steps.every(({ outcome }) => outcome !== 'different'),
    recomputedSha,
    durationMs: steps.reduce((sum, { durationMs }) => sum + durationMs, 0),
    steps,
    ...(firstDifference === undefined ? {} : { firstDifference }),
  };
}

const isSource = ({ parents }: Artifact) => parents.length === 0;

/** Every ancestor after all of its own parents, the artifact itself last. */
function sourcesFirst(bySha: ReadonlyMap<string, Artifact>, sha256: string): Artifact[] {
  const order = new Map<string, Artifact>();
  const visit = (sha: string) => {
    if (order.has(sha)) return;
    const artifact = artifactIn(bySha, sha);
    for (const parent of artifact.parents) visit(parent);
    order.set(sha, artifact);
  };
  visit(sha256);
  return [...order.values()];
}

function recipeFor({ recipes, codeVersion }: LineageDesk, { sha256, kind, codeVersion: madeBy }: Artifact): Recipe {
  const recipe = recipes.find((each) => each.kind === kind);
  if (recipe === undefined) throw errors.recipeMissing(sha256, kind);
  if (madeBy !== codeVersion) throw errors.codeVersionForeign(sha256, madeBy, codeVersion);
  return recipe;
}

async function verifyOne(
  desk: LineageDesk,
  artifact: Artifact,
  isAncestor: boolean,
  signal: AbortSignal | undefined,
): Promise<VerifyStep> {
  const { sha256, kind, parents, params, codeVersion, seed } = artifact;
  const startedMs = desk.clock.nowMs();
  const stored = await desk.artifacts.read(sha256);
  const said = (outcome: VerifyStep['outcome'], recomputedSha: string) => ({
    ...{ sha256, kind, outcome, recomputedSha },
    durationMs: desk.clock.nowMs() - startedMs,
  });
  if (isAncestor && isSource(artifact)) return said('source', sha256);
  const inputs = await Promise.all(parents.map((parent) => desk.artifacts.read(parent)));
  const made = await recipeFor(desk, artifact).recompute({
    ...{ parents: inputs, params, codeVersion, seed },
    ...(signal === undefined ? {} : { signal }),
  });
  if (stored.equals(made)) return said('same', sha256);
  return { ...said('different', hashOf(made)), firstDifference: firstDifferenceOf(stored, made) };
}

function firstDifferenceOf(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) if (one[i] !== other[i]) return i;
  return length;
}
