/** The names of listed options: `O:SPY240701C00545000` (sigma 17, 30). */
import { assert } from '#base/assert.js';
import { civilDate, formatDay, parseDay } from '../calendar/civil-date.js';
import type { OptionType } from './option.js';

export interface OptionSymbol {
  /** Ticker of the underlying, 1..6 capital letters, digits or dots. */
  readonly root: string;
  /** Day number of the expiry. */
  readonly expiry: number;
  readonly type: OptionType;
  /** In dollars; whole thousandths. */
  readonly strike: number;
}

const ROOT = /^[A-Z0-9.]{1,6}$/;
const SYMBOL = /^(?:O:)?([A-Z0-9.]{1,6}) *(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/;
const STRIKE_LIMIT = 100_000;

/** `O:` + root + yymmdd + C or P + thousandths of the strike in eight digits. Expiries are of this century. */
export function formatOccSymbol({ root, expiry, type, strike }: OptionSymbol): string {
  const { year } = civilDate(expiry);
  const thousandths = Math.round(strike * 1000);
  assert(ROOT.test(root), 'a root has one to six capital letters, digits or dots');
  assert(year >= 2000 && year < 2100, 'an OCC symbol names a year of this century');
  assert(thousandths > 0 && thousandths < STRIKE_LIMIT * 1000, 'a strike has at most eight digits');
  assert(Math.abs(strike * 1000 - thousandths) < 1e-6, 'a strike is whole thousandths');
  const date = formatDay(expiry).slice(2).replaceAll('-', '');
  return `O:${root}${date}${type === 'call' ? 'C' : 'P'}${String(thousandths).padStart(8, '0')}`;
}

/** Reads a symbol with or without `O:`, also with its root padded to six places; undefined for anything else. */
export function parseOccSymbol(text: string): OptionSymbol | undefined {
  const match = SYMBOL.exec(text);
  const expiry = match === null ? undefined : parseDay(`20${match[2]}-${match[3]}-${match[4]}`);
  const strike = Number(match?.[6]) / 1000;
  if (match === null || expiry === undefined || strike === 0) return undefined;
  return { root: match[1]!, expiry, type: match[5] === 'C' ? 'call' : 'put', strike };
}
