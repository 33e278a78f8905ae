/** The account beside every file of the zones: what it was made from, how, and what its bytes are (umiki.md 4.1). */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Json, JsonObject } from '#base/json.js';
import { renameDurably, writeFileDurably } from '../files/durable.js';
import { sha256OfJson } from '../hash.js';

export interface MetaInput {
  /** Relative to the data root. */
  readonly path: string;
  readonly sha256: string;
}

export interface FileMeta {
  readonly kind: string;
  readonly inputs: readonly MetaInput[];
  readonly params: JsonObject;
  readonly codeVersion: string;
  readonly inputHash: string;
  readonly outputSha256: string;
  readonly nRecords: number;
  readonly createdAt: string;
  /** What the maker found out on the way, such as the inconsistent events that the book builder met. */
  readonly facts: JsonObject;
}

const jsonObject = z.record(z.string(), z.json());

const MetaFile = z.object({
  kind: z.string(),
  inputs: z.array(z.object({ path: z.string(), sha256: z.string() })),
  params: jsonObject,
  code_version: z.string(),
  input_hash: z.string(),
  output_sha256: z.string(),
  n_records: z.number(),
  created_at: z.string(),
  facts: jsonObject.default({}),
});

export const metaPathOf = (path: string) => `${path}.meta.json`;

/** Equal for equal work: the stage, our code, its parameters and the bytes it reads, in order (umiki.md 4.2). */
export const inputHashOf = (work: {
  readonly stage: string;
  readonly codeVersion: string;
  readonly params: JsonObject;
  readonly inputs: readonly MetaInput[];
}): string =>
  sha256OfJson({
    stage: work.stage,
    code_version: work.codeVersion,
    params: work.params as Json,
    inputs: work.inputs.map(({ sha256 }) => sha256),
  });

/** Undefined where there is none, or where it cannot be understood: then the file counts as made by nobody we know. */
export async function readMeta(root: string, path: string): Promise<FileMeta | undefined> {
  const text = await readFile(join(root, metaPathOf(path)), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const parsed = MetaFile.safeParse(parsedOrNothing(text));
  if (!parsed.success) return undefined;
  const { code_version, input_hash, output_sha256, n_records, created_at, ...rest } = parsed.data;
  return {
    ...rest,
    codeVersion: code_version,
    inputHash: input_hash,
    outputSha256: output_sha256,
    nRecords: n_records,
    createdAt: created_at,
  };
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function writeMeta(root: string, path: string, meta: FileMeta): Promise<void> {
  const { codeVersion, inputHash, outputSha256, nRecords, createdAt, facts, ...rest } = meta;
  const file = {
    ...rest,
    code_version: codeVersion,
    input_hash: inputHash,
    output_sha256: outputSha256,
    n_records: nRecords,
    created_at: createdAt,
    facts,
  };
  await writeFileDurably(join(root, metaPathOf(path)), `${JSON.stringify(file, null, 2)}\n`);
}

/**
 * Puts a finished temporary file in the place of `path`. The old account goes first: between the two moves a crash leaves a file that
 * counts as made by nobody, never one with the account of another.
 */
export async function publish(root: string, temporary: string, path: string, meta: FileMeta): Promise<void> {
  await rm(join(root, metaPathOf(path)), { force: true });
  await renameDurably(temporary, join(root, path));
  await writeMeta(root, path, meta);
}

export const makeParent = (root: string, path: string) => mkdir(dirname(join(root, path)), { recursive: true });

/** Of a whole file, read in pieces. Errors: those of the file system. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}
