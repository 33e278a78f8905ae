/** A header for records that came as text: what they themselves say of their times, schema and symbols. */
import { errors } from '#base/errors.js';
import { type DbnMetadata, type MappingInterval, newMetadata } from '../metadata.js';
import { datasetOf } from '../publishers.js';
import { recordTypeOf } from '../record-type.js';
import { RTYPES_OF, SCHEMAS, type Schema } from '../schema.js';
import { dateOfDay } from '../symbols.js';
import { rtypeOf } from './read.js';
import type { TextRow } from './rows.js';
import { parseTime } from './values.js';

export interface HeaderChoices {
  readonly dataset?: string;
  /** Tells tbbo from mbp-1, which have the same records. */
  readonly schema?: Schema;
}

const DAY_NANOS = 86_400_000_000_000n;

/** Reads all rows. Errors: dbnTextInvalid with the line. */
export async function headerOfText(rows: AsyncIterable<TextRow>, choices: HeaderChoices = {}): Promise<DbnMetadata> {
  const rtypes = new Set<number>();
  /** Symbol, then day since 1970, then instrument. */
  const days = new Map<string, Map<number, string>>();
  let first: bigint | undefined;
  let last = 0n;
  let publisher = '';
  let tsOut = false;
  for await (const row of rows) {
    const { values, line } = row;
    rtypes.add(rtypeOf(row));
    const text = values.ts_recv ?? values.ts_event ?? '';
    const time = parseTime(text);
    if (time === undefined) throw errors.dbnTextInvalid(line, `its time is '${text}', which is no time`);
    if (first === undefined || time < first) first = time;
    if (time > last) last = time;
    publisher ||= values.publisher_id ?? '';
    tsOut ||= values.ts_out !== undefined;
    const { symbol = '', instrument_id: id = '' } = values;
    if (symbol === '' || symbol === id) continue;
    const known = days.get(symbol) ?? new Map<number, string>();
    days.set(symbol, known.set(Number(time / DAY_NANOS), id));
  }
  return newMetadata({
    dataset: choices.dataset ?? datasetOf(Number(publisher)) ?? '',
    schema: choices.schema ?? schemaOf(rtypes),
    start: first ?? 0n,
    end: first === undefined ? null : last + 1n,
    tsOut,
    mappings: Array.from(days, ([rawSymbol, known]) => ({ rawSymbol, intervals: intervalsOf(known) })),
  });
}

/** The first schema that holds all kinds there are; none when they are mixed. */
function schemaOf(rtypes: ReadonlySet<number>): Schema | null {
  const kinds = new Set(Array.from(rtypes, (rtype) => recordTypeOf(rtype)?.kind));
  if (kinds.size !== 1) return null;
  return SCHEMAS.find((schema) => Array.from(rtypes).every((rtype) => RTYPES_OF[schema].includes(rtype))) ?? null;
}

/** Days that follow one another with the same instrument are one interval. */
function intervalsOf(days: ReadonlyMap<number, string>): MappingInterval[] {
  const intervals: { startDay: number; endDay: number; symbol: string }[] = [];
  for (const [day, symbol] of Array.from(days).sort(([a], [b]) => a - b)) {
    const last = intervals.at(-1);
    if (last !== undefined && last.endDay === day && last.symbol === symbol) last.endDay = day + 1;
    else intervals.push({ startDay: day, endDay: day + 1, symbol });
  }
  return intervals.map(({ startDay, endDay, symbol }) => ({
    startDate: dateOfDay(startDay),
    endDate: dateOfDay(endDay),
    symbol,
  }));
}
