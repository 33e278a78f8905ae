/** Rows that a client sent as option bars or option chains, judged one by one, gathered into columns by underlying (sigma 10.1). */
import { parseDay } from '#engine/calendar/civil-date.js';
import { parseOccSymbol } from '#engine/options/occ-symbol.js';
import { INGEST_INTERVALS, REJECTED_LISTED, type RejectedRow } from './bar-rows.js';
import { numberIn, tickerIn, timeIn } from './row-cells.js';

export type OptionRowKind = 'bars' | 'chains';

/** Numbers beside the time, in their order; missing values are NaN. */
export const OPTION_COLUMNS = {
  bars: ['expiryDay', 'strike', 'isCall', 'minutes', 'open', 'high', 'low', 'close', 'volume', 'vwap'],
  chains: [
    'expiryDay',
    'strike',
    'isCall',
    'bid',
    'ask',
    'mid',
    'iv',
    'delta',
    'gamma',
    'theta',
    'vega',
    'openInterest',
    'volume',
  ],
} as const;

export type OptionColumns = Readonly<Record<string, Float64Array>> & { readonly timestampUs: Float64Array };

export interface GatheredOptions {
  readonly groups: readonly {
    readonly underlying: string;
    readonly columns: OptionColumns;
    /** The contracts' own names, one a row, for bars; empty for chains. */
    readonly symbols: readonly string[];
  }[];
  /** The first of them; `rejectedCount` counts all. */
  readonly rejected: readonly RejectedRow[];
  readonly rejectedCount: number;
}

export interface OptionGatherer {
  /** One row as it came: an object of texts or numbers, or anything else, which is a fault of that row alone. */
  add(row: unknown): void;
  finish(): GatheredOptions;
}

type Cells = Readonly<Record<string, unknown>>;

interface Judged {
  readonly underlying: string;
  readonly symbol: string;
  readonly ms: number;
  /** In the order of the kind's columns. */
  readonly values: readonly number[];
}

export function gatherOptionRows(kind: OptionRowKind): OptionGatherer {
  const judge = kind === 'bars' ? judgeBar : judgeQuote;
  const groups = new Map<string, { times: number[]; values: number[][]; symbols: string[] }>();
  const rejected: RejectedRow[] = [];
  let [row, rejectedCount] = [0, 0];
  return {
    add(given) {
      const judged =
        typeof given !== 'object' || given === null || Array.isArray(given) ? 'it is no object' : judge(given as Cells);
      if (typeof judged === 'string') {
        rejectedCount++;
        if (rejected.length < REJECTED_LISTED) rejected.push({ row, reason: judged });
      } else {
        let group = groups.get(judged.underlying);
        if (group === undefined) {
          group = { times: [], values: OPTION_COLUMNS[kind].map(() => []), symbols: [] };
          groups.set(judged.underlying, group);
        }
        group.times.push(judged.ms * 1000);
        judged.values.forEach((value, at) => {
          group.values[at]!.push(value);
        });
        if (kind === 'bars') group.symbols.push(judged.symbol);
      }
      row++;
    },
    finish: () => ({
      groups: [...groups].map(([underlying, { times, values, symbols }]) => ({
        underlying,
        columns: {
          timestampUs: new Float64Array(times),
          ...Object.fromEntries(OPTION_COLUMNS[kind].map((name, at) => [name, new Float64Array(values[at]!)])),
        },
        symbols,
      })),
      rejected,
      rejectedCount,
    }),
  };
}

interface Contract {
  readonly underlying: string;
  readonly symbol: string;
  readonly expiryDay: number;
  readonly strike: number;
  readonly isCall: number;
}

/** By its OCC symbol; the root names the underlying unless the row does (SPXW is of I:SPX). */
function contractOf(cells: Cells): Contract | string {
  const text = cells['occ_symbol'] ?? cells['occ'] ?? cells['symbol'];
  const symbol = typeof text === 'string' ? parseOccSymbol(text.trim().toUpperCase()) : undefined;
  if (symbol === undefined) return 'occ_symbol must be an OCC symbol such as O:SPY240701C00545000';
  const named = cells['underlying'] ?? cells['ticker'] ?? '';
  const underlying = named === '' ? symbol.root : tickerIn(named);
  if (underlying === null) return 'the underlying is malformed';
  const name = String(text).trim().toUpperCase().replace(/^O:/, '').replaceAll(' ', '');
  return {
    underlying,
    symbol: `O:${name}`,
    expiryDay: symbol.expiry,
    strike: symbol.strike,
    isCall: symbol.type === 'call' ? 1 : 0,
  };
}

const MINUTES: Readonly<Record<(typeof INGEST_INTERVALS)[number], number>> = {
  '1m': 1,
  '5m': 5,
  '15m': 15,
  '30m': 30,
  hour: 60,
  day: 1440,
};

/**
 * The contract names no interval; a row may. Without it a bar counts as an hour's: the flow of minute bars is then known at the
 * end of their hour, too late but never too early.
 */
function minutesIn(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return MINUTES.hour;
  const interval = INGEST_INTERVALS.find((one) => one === value);
  return interval && MINUTES[interval];
}

function judgeBar(cells: Cells): Judged | string {
  const contract = contractOf(cells);
  if (typeof contract === 'string') return contract;
  const minutes = minutesIn(cells['interval']);
  if (minutes === undefined) return `the interval must be one of ${INGEST_INTERVALS.join(', ')}`;
  const ms = timeIn(cells['ts']);
  if (ms === undefined) return 'ts must be an ISO 8601 time or date';
  const prices = ['open', 'high', 'low', 'close'].map((name) => numberIn(cells[name])) as [
    number,
    number,
    number,
    number,
  ];
  const [open, high, low, close] = prices;
  if (!prices.every(Number.isFinite)) return 'a price is missing';
  if (low < 0) return 'a price is below zero';
  if (low > Math.min(open, close)) return 'low is above open or close';
  if (high < Math.max(open, close)) return 'high is below open or close';
  const volume = numberIn(cells['volume']);
  if (!Number.isFinite(volume)) return 'the volume is missing';
  if (volume < 0) return 'volume is negative';
  const { expiryDay, strike, isCall } = contract;
  const values = [expiryDay, strike, isCall, minutes, ...prices, volume, knownOrNaN(cells['vwap'])];
  return { ...contract, ms, values };
}

function judgeQuote(cells: Cells): Judged | string {
  const contract = quotedContract(cells);
  if (typeof contract === 'string') return contract;
  const ms = timeIn(cells['as_of'] ?? cells['ts']);
  if (ms === undefined) return 'as_of must be an ISO 8601 time';
  const [bid, ask, mid, iv, delta, gamma, theta, vega] = [
    'bid',
    'ask',
    'mid',
    'iv',
    'delta',
    'gamma',
    'theta',
    'vega',
  ].map((name) => knownOrNaN(cells[name])) as [number, number, number, number, number, number, number, number];
  const openInterest = knownOrNaN(cells['oi'] ?? cells['open_interest']);
  const volume = knownOrNaN(cells['volume']);
  if ([bid, ask, mid, iv, openInterest, volume].some((value) => value < 0)) return 'a value is below zero';
  if (bid > ask) return 'bid is above ask';
  if (Math.abs(delta) > 1) return 'delta is outside -1 to 1';
  const { expiryDay, strike, isCall } = contract;
  const values = [expiryDay, strike, isCall, bid, ask, mid, iv, delta, gamma, theta, vega, openInterest, volume];
  return { ...contract, ms, values };
}

/** By its parts, or by its OCC symbol. */
function quotedContract(cells: Cells): Contract | string {
  if (cells['expiry'] === undefined && cells['occ_symbol'] !== undefined) return contractOf(cells);
  const underlying = tickerIn(cells['underlying'] ?? cells['ticker']);
  if (underlying === null) return 'the underlying is missing or malformed';
  const expiryDay = typeof cells['expiry'] === 'string' ? parseDay(cells['expiry'].slice(0, 10)) : undefined;
  if (expiryDay === undefined) return 'expiry must be a date YYYY-MM-DD';
  const strike = numberIn(cells['strike']);
  if (!(strike > 0 && strike < Infinity)) return 'the strike must be above zero';
  const type = String(cells['type'] ?? '').toLowerCase();
  if (!['call', 'c', 'put', 'p'].includes(type)) return 'type must be call or put';
  return { underlying, symbol: '', expiryDay, strike, isCall: type.startsWith('c') ? 1 : 0 };
}

/** An infinite value is no value. */
function knownOrNaN(value: unknown): number {
  const number = numberIn(value);
  return Number.isFinite(number) ? number : Number.NaN;
}
