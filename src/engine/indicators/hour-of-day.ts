/** Hour of the bar's start in New York. */
import { defineIndicator } from './indicator.js';

export const hourOfDay = defineIndicator({
  name: 'hour_of_day',
  category: 'session',
  subcategory: 'clock',
  params: {},
  inputs: ['ts'],
  requires: 'ohlcv',
  doc: 'Hour in New York at which the bar starts; 9 for daily bars.',
  outputs: () => ['hour_of_day'],
  lookback: () => 0,
  compute: ({ bars }) => [Float64Array.from(bars.hourEt)],
});
