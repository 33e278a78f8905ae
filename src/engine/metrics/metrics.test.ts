import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawNormal } from '../random/draws.js';
import { createRng } from '../random/xoshiro128.js';
import { classificationMetrics } from './classification.js';
import {
  deflatedSharpe,
  effectiveTrials,
  expectedMaxSharpe,
  minTrackRecord,
  probabilisticSharpe,
} from './deflated-sharpe.js';
import { shapeOf, stdOf } from './moments.js';
import { overfittingProbability } from './overfitting.js';
import {
  annualReturn,
  compound,
  downsideRisk,
  equityCurve,
  expectedShortfall,
  maxDrawdown,
  sharpeRatio,
  sortinoRatio,
} from './returns.js';
import { tradingMetrics } from './trading.js';

const file = join(process.cwd(), '../shared/data/metrics/risk_metrics_empyrical.json');

describe.skipIf(!existsSync(file))("against empyrical's published values (skipped without ../shared/data)", () => {
  const reference = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  // empyrical counts a missing return as 0 in cumulation and drops it from means: ours never has one, so the two uses get their own series.
  const dropped = (name: string) =>
    Float64Array.from((reference.series[name] as (number | null)[]).filter((r): r is number => r !== null));
  const filled = (name: string) => Float64Array.from((reference.series[name] as (number | null)[]).map((r) => r ?? 0));
  const near = (value: number | null, wanted: number, bound = 1e-9) =>
    expect(Math.abs(value! - wanted)).toBeLessThan(bound);

  it('cumulative returns and drawdown', () => {
    for (const name of ['mixed', 'negative']) {
      const { equity } = equityCurve(filled(name));
      // empyrical's list comes from rounded steps: it is off by up to 8e-6.
      for (const [i, wanted] of (reference.cum_returns[name] as number[]).entries()) near(equity[i]! - 1, wanted, 1e-5);
    }
    near(maxDrawdown(filled('mixed')), reference.max_drawdown.mixed);
    near(maxDrawdown(filled('benchmark')), 0);
    near(maxDrawdown(filled('positive')), 0);
  });

  it('annual return, volatility and Calmar for three frequencies', () => {
    for (const [name, periods, key] of [
      ['mixed', 252, 'mixed_daily'],
      ['weekly', 52, 'weekly_weekly'],
      ['monthly', 12, 'monthly_monthly'],
    ] as const) {
      const returns = filled(name);
      const annual = annualReturn(compound(returns), returns.length, periods)!;
      near(annual, reference.annual_return[key]);
      near(stdOf(dropped(name))! * Math.sqrt(periods), reference.annual_volatility[key]);
      near(annual / Math.abs(maxDrawdown(returns)), reference.calmar[key]);
    }
  });

  it('Sharpe, Sortino and downside risk', () => {
    for (const name of ['mixed', 'positive', 'negative'])
      near(sharpeRatio(dropped(name), 252), reference.sharpe_daily_rf0[name]);
    // A constant series: empyrical says infinity, sigma.md 12.6 says null.
    expect(sharpeRatio(dropped('flat_1pct'), 252)).toBeNull();
    near(downsideRisk(dropped('mixed'), 252), reference.downside_risk.mixed_req0_daily);
    near(downsideRisk(dropped('weekly'), 52), reference.downside_risk.weekly_req0);
    near(sortinoRatio(dropped('mixed'), 252), reference.sortino.mixed_req0_daily);
    near(sortinoRatio(dropped('negative'), 252), reference.sortino.negative_req0_daily);
    near(sortinoRatio(dropped('monthly'), 12), reference.sortino.monthly_req0);
    expect(sortinoRatio(dropped('positive'), 252)).toBeNull();
  });
});

describe('drawdown (sigma 30)', () => {
  it('counts from the start of the equity at 1', () => {
    expect(maxDrawdown([0.1, -0.5, 0.1])).toBeCloseTo(-0.5, 15);
    expect(compound([0.1, -0.5, 0.1])).toBeCloseTo(-0.395, 15);
    expect(maxDrawdown([-0.05])).toBeCloseTo(-0.05, 15);
  });
});

describe('the deflated Sharpe ratio', () => {
  it("gives the paper's example as sigma 30 prints it", () => {
    const sample = { sharpe: 2.5 / Math.sqrt(250), periods: 1250, skew: -3, kurtosis: 10 };
    for (const [trials, start, dsr] of [
      [100, 0.113172, 0.900397],
      [46, 0.100362, 0.950502],
    ] as const) {
      expect(expectedMaxSharpe(trials, 0.5 / 250)).toBeCloseTo(start, 6);
      expect(deflatedSharpe(sample, trials, 0.5 / 250)).toBeCloseTo(dsr, 6);
    }
  });

  it("gives the field's worked values", () => {
    for (const [trials, wanted] of [
      [40, 2.1895],
      [100, 2.5306],
      [1000, 3.2551],
    ] as const) {
      expect(expectedMaxSharpe(trials, 1)).toBeCloseTo(wanted, 4);
    }
    const sample = { sharpe: 1.8 / Math.sqrt(252), periods: 504, skew: -0.6, kurtosis: 4.5 };
    expect(probabilisticSharpe(sample)).toBeCloseTo(0.9928, 4);
    // Trials whose annual Sharpe ratios have deviation 1; the source prints 0.298.
    expect(deflatedSharpe(sample, 40, 1 / 252)).toBeCloseTo(0.298, 3);
    expect(deflatedSharpe(sample, 1, 1)).toBe(probabilisticSharpe(sample));
  });

  it('is null, never NaN, where the trials or the sample are not known', () => {
    const sample = { sharpe: 0.1, periods: 504, skew: -0.6, kurtosis: 4.5 };
    for (const variance of [NaN, Infinity, -1]) {
      expect(expectedMaxSharpe(40, variance)).toBeNull();
      expect(deflatedSharpe(sample, 40, variance)).toBeNull();
    }
    expect(deflatedSharpe(sample, 40, 0)).toBe(probabilisticSharpe(sample));
    for (const unknown of ['sharpe', 'periods', 'skew', 'kurtosis'] as const)
      expect(deflatedSharpe({ ...sample, [unknown]: NaN }, 40, 0.001)).toBeNull();
    expect(probabilisticSharpe({ ...sample, sharpe: Infinity })).toBeNull();
    expect(probabilisticSharpe(sample, NaN)).toBeNull();
    expect(minTrackRecord({ ...sample, skew: NaN })).toBeNull();
  });

  it('the minimum track record is where the probability reaches its confidence', () => {
    const sample = { sharpe: 0.1, periods: 500, skew: -0.5, kurtosis: 5 };
    const needed = minTrackRecord(sample)!;
    expect(probabilisticSharpe({ ...sample, periods: needed })).toBeCloseTo(0.95, 10);
    expect(minTrackRecord({ ...sample, sharpe: 0.2 })!).toBeLessThan(needed);
    expect(minTrackRecord({ ...sample, sharpe: -0.1 })).toBeNull();
    expect(effectiveTrials(50, 1)).toBe(1);
    expect(effectiveTrials(50, 0)).toBe(50);
  });
});

describe('the probability of overfitting', () => {
  const noise = (seed: number, configs: number, sessions: number) => {
    const rng = createRng(seed);
    return Array.from({ length: configs }, () => Float64Array.from({ length: sessions }, () => 0.01 * drawNormal(rng)));
  };

  it('is about a half for noise and zero for one that dominates', () => {
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    const mean = seeds.reduce((sum, seed) => sum + overfittingProbability(noise(seed, 10, 120))!, 0) / seeds.length;
    expect(mean).toBeGreaterThan(0.35);
    expect(mean).toBeLessThan(0.65);
    const one = noise(13, 10, 320);
    one[3] = one[3]!.map((r) => r + 0.02);
    expect(overfittingProbability(one)).toBe(0);
  });

  it('is not computed from too little', () => {
    expect(overfittingProbability(noise(1, 7, 120))).toBeNull();
    expect(overfittingProbability(noise(1, 8, 31))).toBeNull();
    expect(overfittingProbability([])).toBeNull();
  });
});

describe('trading metrics', () => {
  const bars = (net: number[], position = net.map(() => 1)) => ({
    net: Float64Array.from(net),
    gross: Float64Array.from(net),
    cost: new Float64Array(net.length),
    position: Float64Array.from(position),
    traded: Float64Array.from(position, (p, i) => Math.abs(p - (position[i - 1] ?? 0))),
    market: Float64Array.from(net),
    session: Int32Array.from(net, (_, i) => Math.floor(i / 2)),
  });

  it('join bars of a session before annualising', () => {
    const net = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 0.01 : i % 3 === 0 ? -0.012 : 0.004));
    const daily = Array.from({ length: 30 }, (_, d) => (1 + net[2 * d]!) * (1 + net[2 * d + 1]!) - 1);
    const metrics = tradingMetrics(bars(net), []);
    expect(metrics.sessions).toBe(30);
    expect(metrics.sharpe).toBeCloseTo(sharpeRatio(daily, 252)!, 12);
    expect(metrics.sharpeHourly).toBeCloseTo(sharpeRatio(net, 1)!, 12);
    expect(metrics.es95).toBe(expectedShortfall(daily, 0.05));
    expect(metrics.skew).toBe(shapeOf(daily).skew);
  });

  it('of a run that never traded are zeros and nulls', () => {
    const metrics = tradingMetrics(bars(new Array<number>(60).fill(0), new Array<number>(60).fill(0)), []);
    expect(metrics).toMatchObject({
      trades: 0,
      cumRet: 0,
      maxDrawdown: 0,
      sharpe: null,
      sharpeHourly: null,
      sortino: null,
      calmar: null,
      winRate: null,
      profitFactor: null,
      hitRate: null,
      psr: null,
      turnover: 0,
      exposure: 0,
    });
  });

  it('of fewer than 20 sessions claim no Sharpe ratio, of no bars nothing at all', () => {
    expect(tradingMetrics(bars([0.01, 0.02, -0.01]), [0.01]).sharpe).toBeNull();
    const nothing = tradingMetrics(bars([]), []);
    expect(nothing).toMatchObject({
      bars: 0,
      sessions: 0,
      cumRet: 0,
      cagr: null,
      es95: null,
      exposure: null,
      turnover: null,
    });
  });

  it('count wins, losses and hits', () => {
    const metrics = tradingMetrics(
      { ...bars([0.01, -0.02, 0, 0.01], [1, 1, 1, -1]), market: Float64Array.of(0.01, -0.02, 0, 0.01) },
      [0.05, -0.02, -0.01, 0],
    );
    expect(metrics).toMatchObject({ trades: 4, winRate: 0.25, avgWin: 0.05, barsInMarket: 4 });
    expect(metrics.avgLoss).toBeCloseTo(-0.015, 15);
    expect(metrics.profitFactor).toBeCloseTo(0.05 / 0.03, 12);
    expect(metrics.hitRate).toBeCloseTo(1 / 3, 15);
    expect(tradingMetrics(bars([0.01]), [0.01]).profitFactor).toBeNull();
  });
});

describe('classification metrics', () => {
  it('are those of a confusion matrix worked by hand', () => {
    const y = Int8Array.of(0, 0, 1, 2, 2, 2);
    const said = [0, 2, 1, 2, 2, 0];
    const probabilities = new Float64Array(18);
    for (const [i, code] of said.entries())
      for (let k = 0; k < 3; k++) probabilities[i * 3 + k] = k === code ? 0.8 : 0.1;
    const metrics = classificationMetrics(probabilities, y);
    expect(metrics.confusionMatrix).toEqual([
      [1, 0, 1],
      [0, 1, 0],
      [1, 0, 2],
    ]);
    expect(metrics.accuracy).toBeCloseTo(4 / 6, 15);
    expect(metrics.balancedAccuracy).toBeCloseTo((0.5 + 1 + 2 / 3) / 3, 15);
    expect(metrics.f1Macro).toBeCloseTo((0.5 + 1 + 2 / 3) / 3, 15);
    expect(metrics.perClass.UP).toMatchObject({ support: 3 });
    expect(metrics.logLoss).toBeCloseTo(-(4 * Math.log(0.8) + 2 * Math.log(0.1)) / 6, 14);
    expect(metrics.brier).toBeCloseTo((4 * 0.06 + 2 * (0.64 + 0.81 + 0.01)) / 6, 14);
    expect(metrics.ece).toBeCloseTo(0.8 - 4 / 6, 14);
    expect(metrics.baseline.accuracy).toBe(0.5);
  });

  it('are null without rows and finite for any probabilities', () => {
    expect(classificationMetrics(new Float64Array(0), new Int8Array(0))).toMatchObject({
      rows: 0,
      accuracy: null,
      logLoss: null,
      aucOvrMacro: null,
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 2 })), {
          minLength: 1,
        }),
        (rows) => {
          const probabilities = Float64Array.from(rows.flatMap(([p]) => [p, 0, 1 - p]));
          const metrics = classificationMetrics(
            probabilities,
            Int8Array.from(rows, ([, code]) => code),
          );
          return [metrics.logLoss, metrics.brier, metrics.ece].every((value) => Number.isFinite(value));
        },
      ),
    );
  });
});
