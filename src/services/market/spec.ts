/** The specification of a pipeline (umiki.md 4.10), as YAML, JSON or an object; what it does not say keeps its default. */
import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { isDataset, isDate, isSymbol } from '#data/zones/zone-path.js';
import { STAGES } from './vocabulary.js';

export const dateText = z.string().refine(isDate, 'a date such as 2026-02-02');
export const symbolText = z
  .string()
  .transform((text) => text.toUpperCase())
  .refine(isSymbol, 'up to 24 of A-Z 0-9 . + - = ^ _');
export const datasetText = z.string().refine(isDataset, 'a dataset such as XNAS.ITCH');
export const stageName = z.enum(STAGES);

const order = ({ start, end }: { start: string; end: string }) => start <= end;
export const datesGiven = z.union([
  z.array(dateText).min(1).max(3660),
  z.strictObject({ start: dateText, end: dateText }).refine(order, 'start is not after end'),
]);
export type DatesGiven = z.infer<typeof datesGiven>;

const pct = z.number().min(0).max(100);

const SourceSpec = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('local'),
    path: z.string().min(1).max(500).default('inbox'),
    pattern: z.string().min(1).max(500).default('{dataset}/{symbol}/{date}.dbn.zst'),
  }),
  z.strictObject({
    type: z.literal('synthetic'),
    seed: z.int().min(0).default(42),
    events: z.int().min(1).max(200_000_000).default(200_000),
    schema: z.enum(['mbo', 'mbp-10']).default('mbo'),
  }),
  z.strictObject({ type: z.literal('provider'), schema: z.enum(['mbo', 'mbp-10']).default('mbp-10') }),
]);
export type SourceSpec = z.infer<typeof SourceSpec>;

export const DEFAULT_PATTERN = '{dataset}/{symbol}/{date}.dbn.zst';

export const SpecFile = z.strictObject({
  version: z.literal(1).default(1),
  dataset: datasetText.optional(),
  symbols: z.array(symbolText).min(1).max(1000).optional(),
  dates: datesGiven.optional(),
  stages: z.array(stageName).min(1).optional(),
  extended: z.boolean().optional(),
  force: z.boolean().optional(),
  source: SourceSpec.optional(),
  tick: z.number().positive().max(1e6).optional(),
  direction_eps: z.number().min(0).max(1).default(0),
  rth_close: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 13:00')
    .optional(),
  training: z.strictObject({ format: z.enum(['parquet', 'npy']).default('parquet') }).default({ format: 'parquet' }),
  qc: z
    .strictObject({
      max_crossed_pct: pct.default(0.1),
      max_locked_pct: pct.default(1),
      min_records: z.int().min(0).default(1000),
      hidden_pct_warn: pct.default(15),
      max_gap_minutes: z.number().positive().max(1440).default(10),
    })
    .default({
      max_crossed_pct: 0.1,
      max_locked_pct: 1,
      min_records: 1000,
      hidden_pct_warn: 15,
      max_gap_minutes: 10,
    }),
});
export type Spec = z.infer<typeof SpecFile>;

/** A file of this name in the spec directory, or the text itself when it has more than one line or begins as an object does. */
export async function readSpec(specDir: string, given: string | JsonObject): Promise<Spec> {
  if (typeof given !== 'string') return checked(given);
  const isText = given.includes('\n') || given.trimStart().startsWith('{');
  return checked(parsed(isText ? given : await readSpecFile(specDir, given)));
}

/** What a spec says that nobody gave. */
export const emptySpec = (): Spec => SpecFile.parse({});

const SPEC_BYTES_MAX = 1024 * 1024;
const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/;

async function readSpecFile(specDir: string, name: string): Promise<string> {
  if (!NAME.test(name)) throw errors.specInvalid('', 'a spec is named by a file in the spec directory, without a path');
  try {
    const dir = await realpath(specDir);
    const path = await realpath(join(dir, name));
    // A link may not lead out of the directory.
    if (!path.startsWith(dir + sep)) throw errors.specInvalid('', 'the file is not in the spec directory');
    const text = await readFile(path, 'utf8');
    if (text.length > SPEC_BYTES_MAX) throw errors.specInvalid('', 'the file is larger than 1 MiB');
    return text;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'EACCES')
      throw errors.specInvalid('', `no file ${name} can be read in the spec directory`);
    throw error;
  }
}

/** YAML 1.2, of which JSON is a part; dates stay texts, and few aliases are allowed, so that none can grow without bound. */
function parsed(text: string): unknown {
  try {
    return parseYaml(text, { schema: 'core', maxAliasCount: 20, uniqueKeys: true });
  } catch (error) {
    throw errors.specInvalid('', `it cannot be read: ${(error as Error).message.split('\n')[0]}`);
  }
}

function checked(value: unknown): Spec {
  const result = SpecFile.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') throw errors.specInvalid([...path, issue.keys[0]!].join('.'), 'unknown key');
  throw errors.specInvalid(path.join('.'), issue.message);
}
