/** Queries on artifacts and their lineage. */
import { type Selectable, sql } from 'kysely';
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Database } from './database.js';
import type { ArtifactTable } from './tables/artifact.table.js';

export interface Artifact {
  readonly sha256: string;
  readonly kind: string;
  readonly sizeBytes: number;
  readonly parents: readonly string[];
  readonly params: JsonObject;
  readonly codeVersion: string;
  readonly seed: number | null;
  readonly informationTimeMs: number | null;
  readonly modelId: string | null;
  readonly packId: string | null;
  readonly uri: string | null;
  readonly createdAtMs: number;
}

export type NewArtifact = Omit<Artifact, 'createdAtMs'>;

/**
 * Inserts once: equal bytes are one artifact, and the first account of where they came from stays. When a newer code
 * version gives the same bytes from the same parents, the row says so, since that version can verify them. Returns what
 * stands.
 */
export async function insertArtifact(db: Database, artifact: NewArtifact): Promise<Artifact> {
  await db
    .insertInto('artifact')
    .values({
      sha256: artifact.sha256,
      kind: artifact.kind,
      size_bytes: artifact.sizeBytes,
      parents: [...artifact.parents],
      params: JSON.stringify(artifact.params),
      code_version: artifact.codeVersion,
      seed: artifact.seed,
      information_time: artifact.informationTimeMs === null ? null : new Date(artifact.informationTimeMs),
      model_id: artifact.modelId,
      pack_id: artifact.packId,
      uri: artifact.uri,
    })
    .onConflict((conflict) =>
      conflict
        .column('sha256')
        .doUpdateSet({ code_version: (eb) => eb.ref('excluded.code_version') })
        .whereRef('artifact.code_version', '<>', 'excluded.code_version')
        .where(sameAccount),
    )
    .execute();
  const stands = await findArtifact(db, artifact.sha256);
  assert(stands !== undefined, 'an artifact just written is there');
  return stands;
}

const sameAccount = sql<boolean>`
  (artifact.kind, artifact.parents, artifact.params) = (excluded.kind, excluded.parents, excluded.params)
  and artifact.seed is not distinct from excluded.seed`;

export async function findArtifact(db: Database, sha256: string): Promise<Artifact | undefined> {
  const row = await db.selectFrom('artifact').selectAll().where('sha256', '=', sha256).executeTakeFirst();
  return row && fromRow(row);
}

/** By the whole SHA-256 or its first digits. Errors: shaAmbiguous when several start so. */
export async function findArtifactByPrefix(db: Database, prefix: string): Promise<Artifact | undefined> {
  const digits = prefix.toLowerCase();
  if (!/^[0-9a-f]{1,64}$/.test(digits)) return undefined;
  const rows = await db
    .selectFrom('artifact')
    .selectAll()
    .where('sha256', '>=', digits)
    // 'g' follows every hexadecimal digit, so this range is exactly what starts with the digits, and the index answers it.
    .where('sha256', '<', `${digits}g`)
    .orderBy('sha256')
    .limit(2)
    .execute();
  if (rows.length > 1) throw errors.shaAmbiguous(prefix);
  return rows[0] && fromRow(rows[0]);
}

/** Of the given names, those without a row, in their order. */
export async function findUnknownArtifacts(db: Database, sha256s: readonly string[]): Promise<string[]> {
  if (sha256s.length === 0) return [];
  const rows = await db
    .selectFrom('artifact')
    .select('sha256')
    .where(sql<boolean>`sha256 = any(${[...sha256s]}::text[])`)
    .execute();
  const known = new Set(rows.map(({ sha256 }) => sha256));
  return sha256s.filter((sha256) => !known.has(sha256));
}

/** The artifact and all it was made from, each once, by SHA-256. Empty when it is unknown. */
export async function listAncestry(db: Database, sha256: string): Promise<Artifact[]> {
  const rows = await db
    .withRecursive('ancestry(sha256)', (cte) =>
      cte
        .selectFrom('artifact')
        .select('sha256')
        .where('sha256', '=', sha256)
        // Union, not union all: a parent reached by two ways is walked once.
        .union(
          cte
            .selectFrom('ancestry')
            .innerJoin('artifact', 'artifact.sha256', 'ancestry.sha256')
            .select(sql<string>`unnest(artifact.parents)`.as('sha256')),
        ),
    )
    .selectFrom('artifact')
    .innerJoin('ancestry', 'ancestry.sha256', 'artifact.sha256')
    .selectAll('artifact')
    .orderBy('artifact.sha256')
    .execute();
  return rows.map(fromRow);
}

const fromRow = (row: Selectable<ArtifactTable>): Artifact => ({
  sha256: row.sha256,
  kind: row.kind,
  sizeBytes: row.size_bytes,
  parents: row.parents,
  params: row.params,
  codeVersion: row.code_version,
  seed: row.seed,
  informationTimeMs: row.information_time?.getTime() ?? null,
  modelId: row.model_id,
  packId: row.pack_id,
  uri: row.uri,
  createdAtMs: row.created_at.getTime(),
});
