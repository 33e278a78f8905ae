/** Option data as they came, as CSV and back: what a matrix was made from, kept so that later imports never change its proof. */
import { errors } from '#base/errors.js';
import type { RawOptionChain } from '#engine/options/chain-from-columns.js';
import type { RawOptionBars } from '#engine/options/flow-from-columns.js';

/** What a matrix reads of option snapshots (chain) and of contract bars (flow). */
export interface OptionSnapshots {
  readonly chain: RawOptionChain;
  readonly flow: RawOptionBars;
}

export type OptionRole = keyof OptionSnapshots;

const COLUMNS = {
  chain: ['expiryDay', 'strike', 'isCall', 'bid', 'ask', 'mid', 'iv', 'delta', 'gamma', 'openInterest'],
  flow: ['minutes', 'expiryDay', 'strike', 'isCall', 'volume', 'vwap'],
} as const satisfies { [R in OptionRole]: readonly Exclude<keyof OptionSnapshots[R], 'timestampUs'>[] };

const headerOf = (role: OptionRole) => ['timestamp', ...COLUMNS[role]].join(',');

/** Microseconds since the epoch, shortest round-trip numbers, the empty field for what is not known; one `\n` a row. */
export function formatOptionsCsv<R extends OptionRole>(role: R, raw: OptionSnapshots[R]): string {
  const columns = columnsOf(role, raw);
  const lines = [headerOf(role)];
  for (let row = 0; row < raw.timestampUs.length; row++) {
    const cells = columns.map((column) => (Number.isFinite(column[row]!) ? String(column[row]) : ''));
    lines.push(`${raw.timestampUs[row]},${cells.join(',')}`);
  }
  return `${lines.join('\n')}\n`;
}

/** In the order of the header. */
function columnsOf(role: OptionRole, raw: RawOptionChain | RawOptionBars): Float64Array[] {
  const named: Readonly<Record<string, Float64Array>> = { ...raw };
  return COLUMNS[role].map((name) => named[name]!);
}

/** Reads what formatOptionsCsv wrote. */
export const parseChainCsv = (csv: string): RawOptionChain => {
  const [timestampUs, ...columns] = parse('chain', csv);
  const [expiryDay, strike, isCall, bid, ask, mid, iv, delta, gamma, openInterest] = columns;
  return {
    timestampUs: timestampUs!,
    expiryDay: expiryDay!,
    strike: strike!,
    isCall: isCall!,
    bid: bid!,
    ask: ask!,
    mid: mid!,
    iv: iv!,
    delta: delta!,
    gamma: gamma!,
    openInterest: openInterest!,
  };
};

export const parseFlowCsv = (csv: string): RawOptionBars => {
  const [timestampUs, minutes, expiryDay, strike, isCall, volume, vwap] = parse('flow', csv);
  return {
    timestampUs: timestampUs!,
    minutes: minutes!,
    expiryDay: expiryDay!,
    strike: strike!,
    isCall: isCall!,
    volume: volume!,
    vwap: vwap!,
  };
};

function parse(role: OptionRole, csv: string): Float64Array[] {
  const lines = csv.split('\n');
  if (lines[0] !== headerOf(role)) throw errors.matrixCsvInvalid('it is no snapshot of option data', 1);
  const rows = lines.length - 2;
  const columns = [new Float64Array(rows), ...COLUMNS[role].map(() => new Float64Array(rows))];
  for (let row = 0; row < rows; row++) {
    const cells = lines[row + 1]!.split(',');
    columns.forEach((column, at) => {
      column[row] = cells[at] === '' ? Number.NaN : Number(cells[at]);
    });
  }
  return columns;
}
