/** One series of a panel, day by day without gaps, with room for the days that are to be forecast. */
import { assert } from '#base/assert.js';
import type { DemandPanel } from '../../features/demand-panel.js';

export interface DailySeries {
  readonly firstDay: number;
  /** Days measured; the rest of each column is planned only. */
  readonly measured: number;
  /** NaN where nothing is known; the days to forecast are filled one after the other. */
  readonly quantity: Float64Array;
  /** Price of the day as planned: a gap stands for the price before it; NaN before the first. */
  readonly price: Float64Array;
  readonly isPromoted: Uint8Array;
  readonly isHoliday: Uint8Array;
}

/**
 * Series `s` of the history, followed by the days of the plan (same series number), of which only plans are read.
 *
 * Throws nothing, asserts: the plan begins after the history ends. Missing days are unknown, not zero.
 */
export function dailySeries(history: DemandPanel, s: number, plan?: DemandPanel): DailySeries {
  const [from, to] = [history.offsets[s], history.offsets[s + 1]];
  const [planFrom, planTo] = plan === undefined ? [0, 0] : [plan.offsets[s], plan.offsets[s + 1]];
  if (from === to) return { ...emptyDays(planTo - planFrom), firstDay: plan?.day[planFrom] ?? 0, measured: 0 };
  const firstDay = history.day[from];
  const measured = history.day[to - 1] - firstDay + 1;
  const lastDay = planTo > planFrom && plan !== undefined ? plan.day[planTo - 1] : history.day[to - 1];
  assert(
    plan === undefined || planTo === planFrom || plan.day[planFrom] >= firstDay + measured,
    'a plan comes after history',
  );
  const columns = emptyDays(Math.max(measured, lastDay - firstDay + 1));
  const read = (panel: DemandPanel, t: number) => {
    const at = panel.day[t] - firstDay;
    if (panel === history) columns.quantity[at] = known(panel.quantity[t]);
    columns.price[at] = known(panel.unitPrice?.[t] ?? NaN);
    columns.isPromoted[at] = panel.isPromoted?.[t] ?? 0;
    columns.isHoliday[at] = panel.isHoliday?.[t] ?? 0;
  };
  for (let t = from; t < to; t++) read(history, t);
  if (plan !== undefined) for (let t = planFrom; t < planTo; t++) read(plan, t);
  for (let at = 1; at < columns.price.length; at++) {
    if (Number.isNaN(columns.price[at])) columns.price[at] = columns.price[at - 1];
  }
  return { ...columns, firstDay, measured };
}

const known = (value: number): number => (value - value === 0 ? value : NaN);

const emptyDays = (days: number) => ({
  quantity: new Float64Array(days).fill(NaN),
  price: new Float64Array(days).fill(NaN),
  isPromoted: new Uint8Array(days),
  isHoliday: new Uint8Array(days),
});
