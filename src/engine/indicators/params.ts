/** Parameters that many indicators share, so that they are spelled and bounded alike. */
import { assert } from '#base/assert.js';
import type { Bars } from '../frame/bars.js';

/** Windows longer than twenty years of sessions are a mistake. */
const WINDOW_MAX = 5040;

export interface NumberSpec {
  readonly type: 'int' | 'num';
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** A count of bars. */
export const bars = (byDefault: number, min = 1): NumberSpec => ({
  type: 'int',
  default: byDefault,
  min,
  max: WINDOW_MAX,
});

export const factor = (byDefault: number, min: number, max: number): NumberSpec => ({
  type: 'num',
  default: byDefault,
  min,
  max,
});

export interface TextSpec {
  readonly type: 'str';
  readonly default: string;
  readonly enum?: readonly string[];
}

export const choice = (byDefault: string, ...options: readonly string[]): TextSpec => ({
  type: 'str',
  default: byDefault,
  enum: options,
});

export const text = (byDefault: string): TextSpec => ({ type: 'str', default: byDefault });

const COLUMNS = ['open', 'high', 'low', 'close', 'volume', 'vwap'] as const;
type ColumnName = (typeof COLUMNS)[number];

/** Which column of the bars is looked at. */
export const column = (byDefault: ColumnName = 'close'): TextSpec => choice(byDefault, ...COLUMNS);

const isColumn = (name: string): name is ColumnName => COLUMNS.some((known) => known === name);

export function columnOf(source: Bars, name: string): Float64Array {
  assert(isColumn(name), `bars have a column ${name}`);
  return source[name];
}

/** `sma_20` of the close, `sma_20_volume` of another column: two columns never share a name. */
export const named = (name: string, ofColumn: string): string => (ofColumn === 'close' ? name : `${name}_${ofColumn}`);

/**
 * Whose daily bars a daily column reads. `self` is the matrix's own ticker: a row uses rows of the same ticker only
 * (sigma 9.1) unless another one is asked for by name.
 */
export const underlying = (): TextSpec => text(SELF);
export const SELF = 'self';
