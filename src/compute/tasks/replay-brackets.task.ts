/** Signals of one configuration or many, traded again with brackets on the bars their matrix was made from. */
import {
  type BracketReplay,
  type BracketRules,
  type BracketSignals,
  replayBrackets,
} from '#engine/backtest/bracket-replay.js';
import { aggregateBars } from '#engine/calendar/aggregate-bars.js';
import type { BarInterval } from '#engine/calendar/bar-interval.js';
import { barsFromColumns } from '#engine/calendar/bars-from-columns.js';
import { parseBarsCsv } from '../bars-csv.js';
import { defineTask } from '../task.js';

export interface ReplayBracketsInput {
  /** A snapshot as `snapshotBars` makes them, and how its rows are spaced. */
  readonly csv: Uint8Array;
  readonly interval: BarInterval;
  /** The bars the model decides on; never finer. */
  readonly cadence: BarInterval;
  readonly rules: BracketRules;
  readonly signals: readonly BracketSignals[];
}

export const replayBracketsTask = defineTask({
  name: 'replayBrackets',
  run: ({ csv, interval, cadence, rules, signals }: ReplayBracketsInput): BracketReplay[] => {
    const { bars } = barsFromColumns(parseBarsCsv(new TextDecoder().decode(csv)), { interval });
    const decided = interval === cadence ? bars : aggregateBars(bars, interval, cadence);
    return signals.map((one) => replayBrackets(decided, bars, one, rules));
  },
});
