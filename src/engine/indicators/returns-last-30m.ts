/** Return of the last half hour within the session. */
import { INTERVAL_MINUTES } from '../calendar/bar-interval.js';
import { defineIndicator } from './indicator.js';

const HALF_HOUR = 30;

export const returnsLast30m = defineIndicator({
  name: 'returns_last_30m',
  category: 'session',
  subcategory: 'change',
  params: {},
  inputs: ['close'],
  requires: 'minute',
  doc: 'Close against the close 30 minutes earlier, both in the same session; null in its first half hour. Needs bars of 30 minutes or less.',
  isSparse: true,
  outputs: () => ['returns_last_30m'],
  // In one-minute bars; sooner over in longer ones.
  lookback: () => HALF_HOUR,
  whyMissing: ({ interval }) =>
    (INTERVAL_MINUTES[interval] ?? Infinity) <= HALF_HOUR
      ? undefined
      : `needs bars of 30 minutes or less, these are ${interval} bars`,
  compute({ bars }) {
    let from = 0;
    return [
      bars.close.map((close, i) => {
        const wantedMs = bars.tsEndMs[i]! - HALF_HOUR * 60_000;
        while (bars.tsEndMs[from]! < wantedMs) from++;
        const isSame = bars.tsEndMs[from] === wantedMs && bars.session[from] === bars.session[i];
        return isSame ? close / bars.close[from]! - 1 : Number.NaN;
      }),
    ];
  },
});
