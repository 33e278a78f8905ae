/** Which symbol a record's instrument stood for on the record's UTC date, by the mappings of the header. */
import type { WideColumn } from '#engine/frame/wide-column.js';
import type { DbnMetadata } from './metadata.js';

export interface SymbolTable {
  /** The symbol of an instrument at a nanosecond's UTC date; the id in decimal when the mappings do not know it. */
  symbolAt(instrumentId: number, times: WideColumn, row: number): string;
  /** The same for a date as YYYYMMDD; undefined when not known. */
  symbolOn(instrumentId: number, date: number): string | undefined;
}

interface Span {
  readonly startDate: number;
  readonly endDate: number;
  readonly symbol: string;
}

const DAY_NANOS = 86_400_000_000_000;

/**
 * With instrument ids out, an interval names the id and the mapping what was asked for; with ids in, the other way round. Of several
 * intervals that hold a date the first in the header counts.
 */
export function symbolTable({ mappings, stypeIn, stypeOut }: DbnMetadata): SymbolTable {
  const spans = new Map<number, Span[]>();
  const put = (id: string, span: Span) => {
    const instrument = Number(id);
    if (!/^\d+$/.test(id) || instrument > 0xffffffff) return;
    const known = spans.get(instrument);
    if (known === undefined) spans.set(instrument, [span]);
    else known.push(span);
  };
  for (const { rawSymbol, intervals } of mappings)
    for (const { startDate, endDate, symbol } of intervals) {
      if (stypeOut === 'instrument_id') put(symbol, { startDate, endDate, symbol: rawSymbol });
      else if (stypeIn === 'instrument_id') put(rawSymbol, { startDate, endDate, symbol });
    }
  const symbolOn = (instrumentId: number, date: number): string | undefined =>
    spans.get(instrumentId)?.find(({ startDate, endDate }) => startDate <= date && date < endDate)?.symbol;

  // Records of one instrument and day come together: the last answer is mostly the next.
  let lastId = -1;
  let lastDay = -1;
  let lastSymbol = '';
  return {
    symbolOn,
    symbolAt(instrumentId, times, row) {
      const day = dayAt(times, row);
      if (instrumentId !== lastId || day !== lastDay) {
        lastId = instrumentId;
        lastDay = day;
        lastSymbol = symbolOn(instrumentId, dateOfDay(day)) ?? String(instrumentId);
      }
      return lastSymbol;
    },
  };
}

/** UTC days since 1970. A double of a whole time is off by up to 256 ns, which may cross midnight: so only near it we ask exactly. */
export function dayAt({ words, values }: WideColumn, row: number): number {
  const nanos = words[2 * row + 1]! * 4_294_967_296 + words[2 * row]!;
  const day = nanos / DAY_NANOS;
  const isNearMidnight = Math.abs(day - Math.round(day)) < 1e-9;
  return isNearMidnight ? Number(BigInt.asUintN(64, values[row]!) / 86_400_000_000_000n) : Math.floor(day);
}

/** YYYYMMDD of a day since 1970. */
export function dateOfDay(day: number): number {
  const date = new Date(day * 86_400_000);
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
}
