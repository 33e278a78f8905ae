/** One file into another: DBN of any version, CSV, JSON lines and Parquet, told apart by their names. */
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import { renameDurably, temporaryBeside } from '../files/durable.js';
import type { DbnBlock } from './block.js';
import type { DecodeOptions } from './decode.js';
import { type DbnMetadata, newMetadata, toVersion } from './metadata.js';
import { readDbnFile } from './read-file.js';
import type { DbnVersion } from './record-type.js';
import { type HeaderChoices, headerOfText } from './text/header.js';
import { csvOfParquet, parquetOfCsv } from './text/parquet.js';
import { blocksOfText } from './text/read.js';
import { rowsOf, type TextChunks } from './text/rows.js';
import { type TextFormat, writeText } from './text/write.js';
import { writeDbnFile } from './write-file.js';

export type FileFormat = 'dbn' | 'csv' | 'json' | 'parquet';

export interface ConvertOptions extends HeaderChoices {
  /** Of the DBN that is written; default the one that was read, else 3. */
  readonly version?: DbnVersion;
  /** The DBN that is read has no header. */
  readonly fragment?: DecodeOptions['fragment'];
}

export interface Converted {
  readonly records: number;
}

const FORMATS: readonly (readonly [RegExp, FileFormat])[] = [
  [/\.dbn(\.frag)?(\.zst)?$/i, 'dbn'],
  [/\.csv$/i, 'csv'],
  [/\.(jsonl|ndjson|json)$/i, 'json'],
  [/\.parquet$/i, 'parquet'],
];

/** Errors: dbnFormatUnknown. */
export function formatOf(path: string): FileFormat {
  const format = FORMATS.find(([name]) => name.test(path))?.[1];
  if (format === undefined) throw errors.dbnFormatUnknown(path);
  return format;
}

/** The new file is whole or absent. Errors: those of dbn.ts. */
export async function convertFile(from: string, to: string, options: ConvertOptions = {}): Promise<Converted> {
  const work = await mkdtemp(join(tmpdir(), 'almanac-dbn-'));
  try {
    const { metadata, blocks } = await openSource(from, options, join(work, 'in.csv'));
    let records = 0;
    async function* counted(): AsyncGenerator<DbnBlock, void> {
      for await (const block of blocks) {
        records += block.rows;
        yield block;
      }
    }
    await writeTarget(to, metadata, counted(), options, join(work, 'out.csv'));
    return { records };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Source {
  readonly metadata: DbnMetadata | undefined;
  readonly blocks: AsyncIterable<DbnBlock>;
}

async function openSource(path: string, options: ConvertOptions, csvPath: string): Promise<Source> {
  const format = formatOf(path);
  if (format === 'dbn') return readDbnFile(path, options.fragment && { fragment: options.fragment });
  if (format === 'parquet') await csvOfParquet(path, csvPath);
  const textPath = format === 'parquet' ? csvPath : path;
  const textFormat: TextFormat = format === 'json' ? 'json' : 'csv';
  // Twice: the header, which stands first, tells what the rows say.
  const metadata = await headerOfText(rowsOf(textOf(textPath), textFormat), options);
  return { metadata, blocks: blocksOfText(rowsOf(textOf(textPath), textFormat), metadata.tsOut) };
}

async function* textOf(path: string): TextChunks & AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
  } catch (error) {
    throw errors.dbnFileUnreadable(path, error as Error);
  }
}

async function writeTarget(
  path: string,
  metadata: DbnMetadata | undefined,
  blocks: AsyncIterable<DbnBlock>,
  { version, dataset = '', schema, fragment }: ConvertOptions,
  csvPath: string,
): Promise<void> {
  const format = formatOf(path);
  if (format === 'dbn') {
    const known = metadata ?? newMetadata({ dataset, schema: schema ?? fragment?.schema ?? null, start: 0n });
    const wanted = version ?? metadata?.version ?? fragment?.version ?? 3;
    const header = metadata !== undefined && metadata.version === wanted ? metadata : toVersion(known, wanted);
    await writeDbnFile(path, header, blocks);
    return;
  }
  if (format === 'parquet') return writeParquet(path, metadata, blocks, csvPath);
  await replaceFile(path, (temporary) => writeLines(temporary, writeText(blocks, metadata, format)));
}

async function writeParquet(
  path: string,
  metadata: DbnMetadata | undefined,
  blocks: AsyncIterable<DbnBlock>,
  csvPath: string,
): Promise<void> {
  let rtype: number | undefined;
  let columns: readonly string[] = ['rtype'];
  async function* watched(): AsyncGenerator<DbnBlock, void> {
    for await (const block of blocks) {
      rtype ??= block.rtype;
      yield block;
    }
  }
  async function* lines(): AsyncGenerator<string, void> {
    let isFirst = true;
    for await (const text of writeText(watched(), metadata, 'csv')) {
      if (isFirst) columns = text.slice(0, text.indexOf('\n')).split(',');
      isFirst = false;
      yield text;
    }
    if (isFirst) yield `${columns.join(',')}\n`;
  }
  await writeLines(csvPath, lines());
  await replaceFile(path, (temporary) => parquetOfCsv(csvPath, temporary, rtype, columns));
}

async function replaceFile(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await write(temporary);
    const file = await open(temporary, 'r+');
    await file.sync().finally(() => file.close());
    await renameDurably(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeLines(path: string, lines: AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const text of lines) await file.appendFile(text, 'utf8');
  } finally {
    await file.close();
  }
}
