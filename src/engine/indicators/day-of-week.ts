/** Weekday of the session. */
import { weekday } from '../calendar/civil-date.js';
import { defineIndicator } from './indicator.js';

export const dayOfWeek = defineIndicator({
  name: 'day_of_week',
  category: 'session',
  subcategory: 'clock',
  params: {},
  inputs: ['ts'],
  requires: 'ohlcv',
  doc: 'Monday 0 .. Friday 4.',
  outputs: () => ['day_of_week'],
  lookback: () => 0,
  compute: ({ bars }) => [Float64Array.from(bars.session, weekday)],
});
