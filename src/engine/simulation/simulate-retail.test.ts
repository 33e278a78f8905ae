import { describe, expect, it } from 'vitest';
import { formatDay, parseDay, weekday } from '../calendar/civil-date.js';
import { checkPanel } from '../features/demand-panel.js';
import { createRng } from '../random/xoshiro128.js';
import { federalHolidays } from './federal-holidays.js';
import { promotionOn } from './product-plan.js';
import { RETAIL_DEFAULTS, type RetailParams } from './retail-params.js';
import { retailPresets } from './retail-presets.js';
import { EFFECTS, type SimulatedRetail, simulateRetail } from './simulate-retail.js';

const fromDay = parseDay('2024-01-01')!;
const made = (params: Partial<RetailParams> = {}, seed = 42) =>
  simulateRetail({ stores: 3, products: 12, fromDay, days: 366, ...params }, createRng(seed));

/** Slope of y on x by least squares, with its standard error. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): { slope: number; error: number } {
  const mean = (pick: 0 | 1) => points.reduce((sum, point) => sum + point[pick], 0) / points.length;
  const [mx, my] = [mean(0), mean(1)];
  const xx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / xx;
  const rest = points.reduce((sum, [x, y]) => sum + (y - my - slope * (x - mx)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (points.length - 2) / xx) };
}

function* rowsOf({ panel, store, product, plans }: SimulatedRetail) {
  for (let s = 0; s < store.length; s++)
    for (let t = panel.offsets[s]!; t < panel.offsets[s + 1]!; t++)
      yield { t, store: store[s]!, plan: plans[product[s]!]!, day: panel.day[t]! };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('simulated retail', () => {
  it('answers prices with the planted elasticity: a regression on what was sold finds it', () => {
    for (const elasticity of [-0.5, -1.5]) {
      const retail = made({ price: { changesPerDay: 1 / 40, elasticity }, anomaly: { probability: 0, factor: 2 } });
      const { panel } = retail;
      const points: [number, number][] = [];
      for (const { t, store, plan, day } of rowsOf(retail)) {
        if (Number.isNaN(panel.quantity[t]!) || promotionOn(plan, store, day) !== undefined) continue;
        const expected = 100 * (1 + 0.0005 * (day - fromDay)) * RETAIL_DEFAULTS.weekdays[weekday(day)]!;
        const change = panel.unitPrice[t]! / plan.basePrice - 1;
        // Below -80 % of demand the floor of zero bends the line.
        if (1 + elasticity * change > 0.2) points.push([change, panel.quantity[t]! / expected]);
      }
      const { slope, error } = slopeOf(points);
      expect(error).toBeLessThan(0.02);
      expect(Math.abs(slope - elasticity)).toBeLessThan(4 * error + 0.01);
    }
  });

  it('has the planted week, trend and promotion in its sales', () => {
    const retail = made({
      price: { changesPerDay: 0, elasticity: -0.5 },
      slopePerDay: 0.001,
      promotion: { startsPerMonth: 0.5, lift: 1.3 },
    });
    const { panel } = retail;
    const sold = [...rowsOf(retail)].filter(({ t }) => Number.isFinite(panel.quantity[t]!));
    const average = (keep: (row: (typeof sold)[number]) => boolean) =>
      mean(sold.filter(keep).map(({ t }) => panel.quantity[t]!));
    const weeks = RETAIL_DEFAULTS.weekdays.map((_, dow) => average(({ day }) => weekday(day) === dow));
    RETAIL_DEFAULTS.weekdays.forEach((factor, dow) => {
      expect(Math.abs(weeks[dow]! / mean(weeks) / (factor / mean(RETAIL_DEFAULTS.weekdays)) - 1)).toBeLessThan(0.03);
    });
    const lift = average(({ t }) => panel.isPromoted[t] === 1) / average(({ t }) => panel.isPromoted[t] === 0);
    expect(Math.abs(lift - 1.3)).toBeLessThan(0.04);
    const late = average(({ day }) => day >= fromDay + 336) / average(({ day }) => day < fromDay + 30);
    expect(Math.abs(late - (1 + 0.351) / (1 + 0.0145))).toBeLessThan(0.06);
  });

  it('censors what was wanted on the days of an empty shelf', () => {
    const { panel, truth } = made({ stockoutPerDay: 0.25 });
    const empty = [...panel.isStockout.keys()].filter((t) => panel.isStockout[t] === 1);
    expect(Math.abs(empty.length / panel.rows - 0.25)).toBeLessThan(0.02);
    for (const t of empty) expect([panel.quantity[t], panel.onHand[t]]).toEqual([Number.NaN, 0]);
    expect(mean(empty.map((t) => truth.demand[t]!))).toBeGreaterThan(80);
    const full = [...panel.isStockout.keys()].filter((t) => panel.isStockout[t] === 0);
    expect(full.every((t) => panel.quantity[t] === truth.demand[t])).toBe(true);
  });

  it('is the product of its effects', () => {
    const { panel, truth } = made({ launchRampDays: 45, intermittent: { share: 0.3, dayProbability: 0.2 } });
    for (let t = 0; t < panel.rows; t++) {
      const product = EFFECTS.reduce((demand, effect) => demand * truth.effects[effect][t]!, truth.params.base);
      expect(truth.demand[t]).toBe(Math.round(product));
      expect(truth.demand[t]).toBeGreaterThanOrEqual(0);
    }
  });

  it('launches half of the products late and lets them ramp', () => {
    const retail = made({ products: 40, launchRampDays: 45 });
    const { panel, store, product, plans, truth } = retail;
    const launched = plans.filter(({ launchDay }) => launchDay !== undefined);
    expect(launched.length).toBeGreaterThan(10);
    expect(launched.length).toBeLessThan(30);
    for (let s = 0; s < store.length; s++) {
      const [first, { launchDay }] = [panel.offsets[s]!, plans[product[s]!]!];
      expect(panel.day[first]).toBe(launchDay ?? fromDay);
      expect(truth.effects.launch[first]).toBe(launchDay === undefined ? 1 : 1 / 45);
      if (launchDay !== undefined) expect(truth.effects.launch[first + 44]).toBe(1);
    }
  });

  it('has items that sell on some days only', () => {
    const { panel, product, plans } = made({ products: 30, intermittent: { share: 0.5, dayProbability: 0.2 } });
    const zeros = (isIntermittent: boolean) => {
      let [zero, rows] = [0, 0];
      for (let s = 0; s < product.length; s++) {
        if (plans[product[s]!]!.isIntermittent !== isIntermittent) continue;
        for (let t = panel.offsets[s]!; t < panel.offsets[s + 1]!; t++) {
          if (Number.isNaN(panel.quantity[t]!)) continue;
          rows++;
          zero += Number(panel.quantity[t] === 0);
        }
      }
      return zero / rows;
    };
    expect(Math.abs(zeros(true) - 0.8)).toBeLessThan(0.03);
    expect(zeros(false)).toBe(0);
  });

  it('leaves out pairs and days as asked', () => {
    const { panel, store } = made({ sparsity: 0.5, gapsPerSeries: 3 });
    expect(store.length).toBe(18);
    checkPanel(panel);
    const lengths = Array.from(store, (_, s) => panel.offsets[s + 1]! - panel.offsets[s]!);
    expect(lengths.every((length) => length >= 366 - 30 && length <= 366 - 4)).toBe(true);
    expect(made({ sparsity: 1 }).panel.rows).toBe(0);
  });

  it('marks federal holidays and moves demand on those it was given', () => {
    const days = federalHolidays(2024).map(({ day }) => formatDay(day).slice(5));
    expect(days).toEqual([
      '01-01',
      '01-15',
      '02-19',
      '05-27',
      '06-19',
      '07-04',
      '09-02',
      '10-14',
      '11-11',
      '11-28',
      '12-25',
    ]);
    const rush = retailPresets.find(({ name }) => name === 'holiday_rush')!.params;
    const { panel, truth } = made({ ...rush, stores: 1, products: 2, fromDay: parseDay('2024-10-01')!, days: 92 });
    const at = (date: string) => panel.day.indexOf(parseDay(date)!);
    const factor = (date: string) => truth.effects.holiday[at(date)];
    expect(['2024-11-28', '2024-11-29', '2024-12-24', '2024-12-25', '2024-11-11'].map(factor)).toEqual([
      2, 3, 1.5, 0.3, 1,
    ]);
    expect(['2024-11-29', '2024-11-11', '2024-11-12'].map((date) => panel.isHoliday[at(date)])).toEqual([1, 1, 0]);
    expect(truth.effects.trend[at('2024-12-31')]).toBeCloseTo(Math.exp(0.005 * 91), 12);
    expect(truth.effects.month[at('2024-12-01')]).toBe(1.8);
  });

  it('plans prices and promotions without overlaps, most for the whole chain', () => {
    const { plans } = made({
      products: 200,
      promotion: { startsPerMonth: 0.5, lift: 1.3 },
      price: { changesPerDay: 0.02, elasticity: -0.5 },
    });
    for (const { prices, promotions, basePrice, baseCost } of plans) {
      expect(prices[0]).toMatchObject({ fromDay, price: basePrice });
      expect(prices.at(-1)!.toDay).toBeNull();
      prices.slice(1).forEach((period, i) => {
        expect(period.fromDay).toBe(prices[i]!.toDay! + 1);
        expect(Math.abs(period.price / prices[i]!.price - 1)).toBeLessThan(0.22);
      });
      promotions.forEach(({ fromDay: start, toDay }, i) => {
        expect(toDay - start + 1).toBeLessThanOrEqual(14);
        if (i > 0) expect(start).toBeGreaterThan(promotions[i - 1]!.toDay);
      });
      expect(baseCost / basePrice).toBeGreaterThan(0.38);
      expect(baseCost / basePrice).toBeLessThan(0.72);
    }
    const chainWide = mean(plans.map(({ prices }) => Number(prices[0]!.store === null)));
    expect(Math.abs(chainWide - 0.9)).toBeLessThan(0.09);
  });

  it('is equal bytes for equal seeds, and more products leave the others alone', () => {
    expect(made()).toEqual(made());
    expect(made({}, 1).panel.quantity).not.toEqual(made({}, 2).panel.quantity);
    const [few, many] = [made({ stores: 1, products: 3 }), made({ stores: 1, products: 5 })];
    expect(many.panel.quantity.subarray(0, few.panel.rows)).toEqual(few.panel.quantity);
  });

  it('knows the scenarios of the contract', () => {
    expect(retailPresets.map(({ name }) => name)).toEqual([
      'retail_standard',
      'holiday_rush',
      'high_variance',
      'stockout_heavy',
      'new_launches',
      'sparse',
      'demo_minimal',
    ]);
  });
});
