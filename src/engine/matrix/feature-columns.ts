/** Which columns of a matrix file are features (sigma 11.2): by its own list, by name, or by what the registry knows. */
import { errors } from '#base/errors.js';
import { knownIndicators } from '../indicators/extra/index.js';
import type { Indicator } from '../indicators/indicator.js';
import { findIndicator, resolveIndicator } from '../indicators/resolve.js';
import { findNumbers, type Table } from './table.js';

/** What a row is to learn, or knows only later. Never a feature of a file, whoever asks: nobody can check a foreign file's past. */
const LABEL_SIDE =
  /^(y|y_syn|t1|label_side|next_open|next_close|bar_index)$|^(ret_next|ret_fwd|ret_bar|ret_close_to_open)/;
const KEYS = ['ts', 'date', 'ticker'];
const RAW_PRICES = ['open', 'high', 'low', 'close', 'volume', 'vwap', 'spy_prev_close', 'partial_source'];

/** Option flow (sigma 10.4). */
const FLOW =
  /^((calls|puts)_(sold|premium)_(d-?\d+|total)|pc_ratio|imbalance|dealer_sold_premium_imbalance|atm_(calls|puts|pc_ratio|imbalance)|mm_profit_dir_simple|distance_to_max_pain|oi_concentration)$/;
const CLOCK = ['day_of_week', 'hour_et'];

/**
 * Feature columns of a table, in its order.
 *
 * `asked` names columns or indicators, each of which must be there (`feature_missing`); the label side is refused.
 * Without it: `listed` (the list a built matrix carries), else every output of a known indicator, flow, weekday and hour.
 */
export function featureColumnsOf(
  table: Table,
  options: { asked?: readonly string[] | undefined; listed?: readonly string[] | undefined } = {},
): string[] {
  const { asked, listed } = options;
  if (asked !== undefined) return [...new Set(asked.flatMap((name) => askedColumns(table, name)))];
  if (listed !== undefined) return listed.flatMap((name) => askedColumns(table, name));
  const patterns = outputPatterns();
  return table.columns
    .filter(({ name, kind }) => kind !== 'text' && kind !== 'time' && kind !== 'day' && isFeatureByName(name, patterns))
    .map(({ name }) => name);
}

function isFeatureByName(name: string, patterns: readonly RegExp[]): boolean {
  if (LABEL_SIDE.test(name) || KEYS.includes(name) || RAW_PRICES.includes(name)) return false;
  return CLOCK.includes(name) || FLOW.test(name) || patterns.some((pattern) => pattern.test(name));
}

function askedColumns(table: Table, name: string): readonly string[] {
  if (LABEL_SIDE.test(name)) throw errors.invalidParameter('features', `${name} is known only after the decision`);
  if (findNumbers(table, name) !== undefined) return [name];
  if (findIndicator(name.split('__')[0]!) === undefined) throw errors.featureMissing(name);
  const { indicator, params } = resolveIndicator(name);
  const outputs = indicator.outputs(params);
  const absent = outputs.find((output) => findNumbers(table, output) === undefined);
  if (absent !== undefined) throw errors.featureMissing(absent);
  return outputs;
}

/** The names that known indicators can give, the 81 and the extra ones, whatever their windows: `ema_20` also knows `ema_37`. */
const outputPatterns = (): RegExp[] => knownIndicators.flatMap((indicator) => defaultOutputs(indicator).map(patternOf));

const defaultOutputs = (indicator: Indicator) => indicator.outputs(resolveIndicator(indicator.name).params);

function patternOf(output: string): RegExp {
  const anyNumber = output.replace(/\d+/g, '\\d+').replace(/^close_/, '(open|high|low|close|volume|vwap)_');
  return new RegExp(`^${anyNumber}(_(open|high|low|volume|vwap))?$`);
}
