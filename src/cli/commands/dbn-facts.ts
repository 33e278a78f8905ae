/** What `almanac dbn info` says of a file: its header, how many records of which kind, and from when to when. */
import { columnOf, type DbnBlock } from '#data/dbn/block.js';
import { wholeAt } from '#data/dbn/column.js';
import type { DecodeOptions } from '#data/dbn/decode.js';
import type { DbnMetadata } from '#data/dbn/metadata.js';
import { readDbnFile } from '#data/dbn/read-file.js';
import { timeText } from '#data/dbn/text/values.js';

export interface DbnFacts {
  /** Null for a fragment. */
  readonly header: HeaderFacts | null;
  readonly records: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** Of the times that records are sorted by. */
  readonly first: string | null;
  readonly last: string | null;
  /** Records of unknown types, which were passed over, by type. */
  readonly unknown: Readonly<Record<string, number>>;
  readonly bytes: number;
}

type HeaderFacts = Omit<DbnMetadata, 'start' | 'end' | 'limit' | 'carried'> & {
  readonly start: string | null;
  readonly end: string | null;
  readonly limit: string | null;
};

/** Reads the whole file. Errors: those of dbn.ts. */
export async function dbnFacts(path: string, options: DecodeOptions): Promise<DbnFacts> {
  const { metadata, blocks } = await readDbnFile(path, options);
  const kinds: Record<string, number> = {};
  let first: bigint | undefined;
  let last: bigint | undefined;
  for (;;) {
    const next = await blocks.next();
    if (next.done === true) {
      const { records, unknown, bytes } = next.value;
      const header = metadata === undefined ? null : headerFacts(metadata);
      const times = { first: sayTime(first), last: sayTime(last) };
      return { header, records, kinds, ...times, unknown: Object.fromEntries(unknown), bytes };
    }
    const block = next.value;
    kinds[block.kind] = (kinds[block.kind] ?? 0) + block.rows;
    first ??= indexTime(block, 0);
    last = indexTime(block, block.rows - 1);
  }
}

/** ts_recv where a record has one. */
function indexTime(block: DbnBlock, row: number): bigint | undefined {
  const column = columnOf(block, 'ts_recv') ?? columnOf(block, 'ts_event');
  return column && wholeAt(column, row);
}

const sayTime = (nanos: bigint | undefined | null): string | null =>
  nanos === undefined || nanos === null ? null : timeText(nanos);

function headerFacts({ start, end, limit, carried: _, ...header }: DbnMetadata): HeaderFacts {
  return { ...header, start: sayTime(start), end: sayTime(end), limit: limit === null ? null : String(limit) };
}

/** For people: symbols are counted where there are many. */
export function sayFacts({ header, kinds, first, last, unknown, bytes, records }: DbnFacts): string[] {
  const rows = header === null ? [['header', 'none: a fragment']] : headerRows(header);
  const all = [
    ...rows,
    ['records', `${records}`],
    ...Object.entries(kinds).map(([kind, count]) => [`  ${kind}`, `${count}`]),
    ...Object.entries(unknown).map(([rtype, count]) => [`  unknown type ${rtype}`, `${count}, passed over`]),
    ['first', first ?? '-'],
    ['last', last ?? '-'],
    ['bytes', `${bytes}, uncompressed`],
  ];
  return all.map(([name = '', value]) => `${name.padEnd(NAME_WIDTH)} ${value}`);
}

const NAME_WIDTH = 18;
const SYMBOLS_SHOWN = 8;

function headerRows(header: HeaderFacts): string[][] {
  const symbols = header.symbols.slice(0, SYMBOLS_SHOWN).join(' ');
  const more = header.symbols.length > SYMBOLS_SHOWN ? ` and ${header.symbols.length - SYMBOLS_SHOWN} more` : '';
  return [
    ['version', `${header.version}`],
    ['dataset', header.dataset],
    ['schema', header.schema ?? 'mixed'],
    ['start', header.start ?? '-'],
    ['end', header.end ?? 'open'],
    ['limit', header.limit ?? 'none'],
    ['symbology', `${header.stypeIn ?? 'mixed'} to ${header.stypeOut}`],
    ['symbols', `${symbols}${more}` || '-'],
    ['mappings', `${header.mappings.length}`],
    ['not found', `${header.notFound.length}`],
  ];
}
