/** The M5 slice: 140 series of daily sales, the last 28 days held out (skipped without ../shared/data). */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { dayNumber } from '../calendar/civil-date.js';
import type { DemandPanel } from '../features/demand-panel.js';
import { rootMeanSquaredScaledError, weightedPercentageError } from '../metrics/forecast.js';
import { forecasterOf } from './index.js';
import { afterRound, sizeNow, startAdaptive } from './intervals/adaptive-conformal.js';
import type { Origin } from './intervals/split-conformal.js';
import { globalBoosted } from './panel/global-regression.js';
import { rollingOrigins } from './rolling-origins.js';

const DATA = '../shared/data/retail';
const HORIZON = 28;

interface Sales {
  readonly days: number;
  /** Series after series, each with all days. */
  readonly panel: DemandPanel;
  readonly quantities: readonly Float64Array[];
}

function readSales(): Sales {
  const lines = (text: string) => text.trim().split('\n').slice(1);
  const calendar = lines(readFileSync(`${DATA}/m5_calendar.csv`, 'utf8')).map((line) => line.split(','));
  const isEvent = new Map(calendar.map(([date, , , , , , event]) => [date!, Number(event !== '')]));
  const rows = lines(gunzipSync(readFileSync(`${DATA}/m5_sales_CA1-3_TX1-2.csv.gz`)).toString()).map((line) =>
    line.split(','),
  );
  const days = calendar.length;
  const series = rows.length / days;
  const dayOf = (date: string) => {
    const [year, month, day] = date.split('-').map(Number);
    return dayNumber(year!, month!, day!);
  };
  const panel: DemandPanel = {
    rows: rows.length,
    offsets: Int32Array.from({ length: series + 1 }, (_, s) => s * days),
    day: Int32Array.from(rows, ([, , , , , date]) => dayOf(date!)),
    quantity: Float64Array.from(rows, (row) => Number(row[6])),
    unitPrice: Float64Array.from(rows, (row) => (row[7] === '' ? NaN : Number(row[7]))),
    isPromoted: Uint8Array.from(rows, (row) => Number(row[8])),
    isHoliday: Uint8Array.from(rows, (row) => isEvent.get(row[5]!)!),
  };
  const quantities = Array.from({ length: series }, (_, s) => panel.quantity.slice(s * days, (s + 1) * days));
  return { days, panel, quantities };
}

/** Days `from` to `to` (excluded) of every series. */
function cut({ panel, days }: Sales, from: number, to: number): DemandPanel {
  const series = panel.rows / days;
  const rowAt = (i: number) => Math.floor(i / (to - from)) * days + from + (i % (to - from));
  const rows = series * (to - from);
  const take = <T extends Float64Array | Int32Array | Uint8Array>(column: T): T =>
    column.filter((_, row) => row % days >= from && row % days < to) as T;
  expect(panel.day[rowAt(0)]).toBe(take(panel.day)[0]);
  return {
    rows,
    offsets: Int32Array.from({ length: series + 1 }, (_, s) => s * (to - from)),
    day: take(panel.day),
    quantity: take(panel.quantity),
    unitPrice: take(panel.unitPrice!),
    isPromoted: take(panel.isPromoted!),
    isHoliday: take(panel.isHoliday!),
  };
}

type Forecasts = readonly ArrayLike<number>[];

/** Pooled over all series and days, of the sum of all series, and series by series. */
function score({ quantities, days }: Sales, forecasts: Forecasts) {
  const origin = days - HORIZON;
  const actuals = quantities.map((values) => values.subarray(origin));
  const flat = (parts: Forecasts) => parts.flatMap((part) => Array.from(part));
  const summed = (parts: Forecasts) =>
    Float64Array.from({ length: parts[0]!.length }, (_, h) => parts.reduce((sum, part) => sum + part[h]!, 0));
  const trains = quantities.map((values) =>
    values.subarray(
      values.findIndex((value) => value > 0),
      origin,
    ),
  );
  const rmsse = actuals.map((actual, s) => rootMeanSquaredScaledError(actual, forecasts[s]!, trains[s]!, 1)!);
  const absolute = actuals.map((actual, s) =>
    actual.reduce((sum, value, h) => sum + Math.abs(value - forecasts[s]![h]!), 0),
  );
  const history = summed(quantities.map((values) => values.subarray(0, origin)));
  return {
    wape: weightedPercentageError(flat(actuals), flat(forecasts))!,
    rmsse: rmsse.reduce((sum, value) => sum + value, 0) / rmsse.length,
    wapeOfSum: weightedPercentageError(summed(actuals), summed(forecasts))!,
    rmsseOfSum: rootMeanSquaredScaledError(summed(actuals), summed(forecasts), history, 1)!,
    series: { rmsse, absolute },
  };
}

type Score = ReturnType<typeof score>;

const shareBetter = (ours: readonly number[], theirs: readonly number[]) =>
  ours.filter((value, s) => value < theirs[s]!).length / ours.length;

const rounded = (value: number) => Number(value.toFixed(4));
const said = ({ wape, rmsse, wapeOfSum, rmsseOfSum }: Score) =>
  Object.fromEntries(
    Object.entries({ wape, rmsse, wapeOfSum, rmsseOfSum }).map(([name, value]) => [name, rounded(value)]),
  );

describe.skipIf(!existsSync(DATA))('the last 28 days of the M5 slice (skipped when the data is absent)', () => {
  let sales: Sales;
  let seasonalNaive: Score;
  const weekdayMeans = new Map<number, Score>();
  let boosted: Score;

  const eachBy = (name: string, params = {}): Score => {
    const forecaster = forecasterOf(name);
    return score(
      sales,
      sales.quantities.map((values) =>
        forecaster.forecast(
          forecaster.fit(values.subarray(0, sales.days - HORIZON), { season: 7, ...params }),
          HORIZON,
        ),
      ),
    );
  };

  beforeAll(() => {
    sales = readSales();
    const origin = sales.days - HORIZON;
    seasonalNaive = eachBy('seasonal_naive');
    for (const weeks of [4, 8, 26, 52]) {
      const meanOf = (values: Float64Array, h: number) => {
        let sum = 0;
        for (let week = 1; week <= weeks; week++) sum += values[origin - 7 * week + (h % 7)]!;
        return sum / weeks;
      };
      const forecasts = sales.quantities.map((values) => Array.from({ length: HORIZON }, (_, h) => meanOf(values, h)));
      weekdayMeans.set(weeks, score(sales, forecasts));
    }
    const [history, plan] = [cut(sales, 0, origin), cut(sales, origin, sales.days)];
    const params = { rounds: 100, maxDepth: 8, learningRate: 0.08 };
    const nothingSold = { ...plan, quantity: new Float64Array(plan.rows).fill(NaN) };
    const points = globalBoosted.forecast(globalBoosted.fit(history, params), history, nothingSold);
    const forecasts = sales.quantities.map((_, s) => points.subarray(s * HORIZON, (s + 1) * HORIZON));
    boosted = score(sales, forecasts);
    console.info('M5 slice, 28 days:', {
      seasonalNaive: said(seasonalNaive),
      weekdayMeans: Object.fromEntries([...weekdayMeans].map(([weeks, one]) => [`${weeks} weeks`, said(one)])),
      boosted: said(boosted),
      seriesBetterThanSeasonalNaive: {
        byAbsoluteError: rounded(shareBetter(boosted.series.absolute, seasonalNaive.series.absolute)),
        byRmsse: rounded(shareBetter(boosted.series.rmsse, seasonalNaive.series.rmsse)),
      },
    });
  }, 120_000);

  it('is 140 series of 1,913 days', () => {
    expect(sales.quantities).toHaveLength(140);
    expect(sales.days).toBe(1913);
  });

  it.each(['wape', 'rmsse', 'wapeOfSum', 'rmsseOfSum'] as const)(
    'the global boosted model has a lower %s than the seasonal naive',
    (name) => {
      expect(boosted[name]).toBeLessThan(seasonalNaive[name]);
    },
  );

  it('and is better on at least 55 % of the series, by absolute error and by RMSSE', () => {
    expect(shareBetter(boosted.series.absolute, seasonalNaive.series.absolute)).toBeGreaterThanOrEqual(0.55);
    expect(shareBetter(boosted.series.rmsse, seasonalNaive.series.rmsse)).toBeGreaterThanOrEqual(0.55);
  });

  it.each([4, 8, 26, 52])('and beats the mean of the same weekday over %d weeks', (weeks) => {
    expect(boosted.wape).toBeLessThan(weekdayMeans.get(weeks)!.wape);
    expect(boosted.wapeOfSum).toBeLessThan(weekdayMeans.get(weeks)!.wapeOfSum);
  });

  it.each(['adjusted_ses', 'theta', 'sba', 'tsb'])('so does %s alone beat the seasonal naive', (name) => {
    const ours = eachBy(name);
    expect(ours.wape).toBeLessThan(seasonalNaive.wape);
    expect(ours.rmsse).toBeLessThan(seasonalNaive.rmsse);
    expect(shareBetter(ours.series.absolute, seasonalNaive.series.absolute)).toBeGreaterThanOrEqual(0.55);
  });

  it.each([
    [0.8, 0.77, 0.84],
    [0.95, 0.93, 0.97],
  ])('adaptive intervals at %d cover between %d and %d over twelve origins', (level, low, high) => {
    const [learning, judged] = [6, 12];
    const plan = { horizon: HORIZON, origins: learning + judged, step: HORIZON, params: { window: 28 } };
    const origins = sales.quantities.map((values) => rollingOrigins(forecasterOf('moving_average'), values, plan));
    let state = startAdaptive(level, 20_000);
    let [covered, all] = [0, 0];
    for (let k = 0; k < learning + judged; k++) {
      const scores = origins.flatMap((of, s) => scoresOf(of[k]!, usualStep(sales.quantities[s]!)));
      if (k >= learning) {
        const size = sizeNow(state);
        covered += scores.filter((one) => one <= size).length;
        all += scores.length;
      }
      state = afterRound(state, scores);
    }
    console.info(
      `M5 slice, adaptive intervals at ${level}: ${rounded(covered / all)} of ${all} covered over ${judged} origins`,
    );
    expect(covered / all).toBeGreaterThan(low);
    expect(covered / all).toBeLessThan(high);
  });

  /** The mean change from day to day in the year before the first origin: it lets large and small series share a ruler. */
  const usualStep = (values: Float64Array) => {
    const end = values.length - 18 * HORIZON;
    let sum = 0;
    for (let t = end - 364; t < end; t++) sum += Math.abs(values[t]! - values[t - 1]!);
    return Math.max(sum / 364, 0.01);
  };

  const scoresOf = ({ actual, forecast }: Origin, scale: number) =>
    Array.from(actual, (value, h) => Math.abs(value - forecast[h]!) / scale);
});
