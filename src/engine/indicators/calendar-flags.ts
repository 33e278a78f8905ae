/** Special sessions, by the exchange's calendar. */
import { isHolidayEve, isMonthEnd, isOptionExpiry, isQuarterEnd } from '../calendar/exchange-calendar.js';
import { defineIndicator } from './indicator.js';
import { choice } from './params.js';

export const calendarFlags = defineIndicator({
  name: 'calendar_flags',
  category: 'session',
  subcategory: 'calendar',
  // The exchange stands in New York; its zone under either name is the only one that makes sense.
  params: { tz: choice('US/Eastern', 'US/Eastern', 'America/New_York') },
  inputs: ['ts'],
  requires: 'ohlcv',
  doc: 'Last session of the month and of the quarter, monthly option expiry (third Friday, Thursday when that is a holiday), session before an exchange holiday. Known in advance by the calendar.',
  isFlag: true,
  outputs: () => ['is_eom', 'is_eoq', 'is_opex', 'is_holiday_eve'],
  lookback: () => 0,
  compute({ bars }) {
    const flag = (holds: (session: number) => boolean) =>
      Float64Array.from(bars.session, (session) => (holds(session) ? 1 : 0));
    return [isMonthEnd, isQuarterEnd, isOptionExpiry, isHolidayEve].map(flag);
  },
});
