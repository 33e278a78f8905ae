import { describe, expect, it } from 'vitest';
import type { LabelledMatrix } from '../frame/matrix.js';
import { shuffle } from '../random/draws.js';
import { createRng } from '../random/xoshiro128.js';
import { type BacktestConfig, DEFAULT_CONFIG } from './config.js';
import { evaluateBacktest } from './evaluate.js';
import { fitFold } from './fit-fold.js';
import { foldsToFit, planBacktest } from './plan.js';
import { plantedMatrix } from './planted.fixture.js';
import { fitFolds, runBacktest } from './run.js';
import { rowsOfHours, subsetMatrix } from './subset.js';

const SPEC = { algo: 'logit', hyperparams: {}, calibration: 'sigmoid', seed: 7 } as const;
const FIVE = { scheme: 'purged_kfold', splits: 5, embargo: 0 } as const;
const LOW: BacktestConfig = { ...DEFAULT_CONFIG, thresholds: [0.4, 0.45, 0.5] };

/** Every NaN or infinity in a result, by its path. */
function brokenNumbers(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
  if (ArrayBuffer.isView(value)) return [...(value as Float64Array)].every(Number.isFinite) ? [] : [path];
  if (Array.isArray(value)) return value.flatMap((item, i) => brokenNumbers(item, `${path}[${i}]`));
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([key, item]) => brokenNumbers(item, `${path}.${key}`));
  }
  return [];
}

const permuted = (matrix: LabelledMatrix, seed: number): LabelledMatrix => {
  const order = Int32Array.from(matrix.y, (_, i) => i);
  shuffle(order, createRng(seed));
  return { ...matrix, y: matrix.y.map((_, i) => matrix.y[order[i]!]!) };
};

describe('a backtest is honest', () => {
  it('a perfectly predictable market gives trades and a Sharpe ratio far above zero (trip hazard 3)', () => {
    for (const algo of ['logit', 'gbm']) {
      const spec = { ...SPEC, algo, hyperparams: algo === 'gbm' ? { nEstimators: 30 } : {} };
      const { result } = runBacktest(plantedMatrix({ rows: 500, seed: 1, signal: 1 }), FIVE, spec, DEFAULT_CONFIG);
      expect(result.metrics.trades).toBeGreaterThan(100);
      expect(result.metrics.sharpe).toBeGreaterThan(5);
      expect(result.metrics.dsr).toBeGreaterThan(0.99);
      expect(result.equity.rows).toHaveLength(500);
      expect(brokenNumbers(result)).toEqual([]);
    }
  });

  it('permuted labels earn nothing but their costs: mean Sharpe over 50 seeds within 3 standard errors of minus the cost drag', () => {
    const config = { ...DEFAULT_CONFIG, thresholds: [0.4], slippageBps: 5 };
    const excess = Array.from({ length: 50 }, (_, seed) => {
      const matrix = permuted(plantedMatrix({ rows: 240, seed: 100 + seed, signal: 0.5, features: 2 }), seed);
      const { metrics } = runBacktest(
        matrix,
        { ...FIVE, splits: 4 },
        { ...SPEC, calibration: 'none', seed },
        config,
      ).result;
      expect(metrics.costTotal).toBeGreaterThan(0);
      // What costs took from the Sharpe ratio is given back.
      const perSession = metrics.costTotal / metrics.sessions;
      const deviation = metrics.annVol! / Math.sqrt(252);
      return metrics.sharpe! + (Math.sqrt(252) * perSession) / deviation;
    });
    const mean = excess.reduce((sum, x) => sum + x, 0) / excess.length;
    const error = Math.sqrt(excess.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 49 / 50);
    expect(error).toBeGreaterThan(0);
    expect(Math.abs(mean)).toBeLessThan(3 * error);
  });

  it('purging matters where labels overlap: 20-bar labels without it give another, better-looking result', () => {
    const matrix = plantedMatrix({ rows: 400, seed: 4, horizonBars: 20 });
    // A slow clock among the features tells a model which of its neighbours a test row overlaps.
    const clock = Float64Array.from({ length: 400 }, (_, i) => i);
    const features = { ...matrix.features, names: ['clock', 'f1'], columns: [clock, matrix.features.columns[1]!] };
    const spec = { ...SPEC, algo: 'gbm', hyperparams: { nEstimators: 20 }, calibration: 'none' } as const;
    const purged = runBacktest({ ...matrix, features }, FIVE, spec, LOW);
    const leaky = runBacktest({ ...matrix, features, t1Ms: matrix.t0Ms }, FIVE, spec, LOW);
    expect(purged.plan.purgedRows).toBe(8 * 20);
    expect(leaky.plan.purgedRows).toBe(0);
    expect(leaky.result.metrics.logLoss!).toBeLessThan(purged.result.metrics.logLoss!);
    expect(leaky.result.metrics.cumRet).not.toBe(purged.result.metrics.cumRet);
  });

  it('chooses thresholds without looking at what it is judged by: changing the test labels and prices changes no choice', () => {
    const matrix = plantedMatrix({ rows: 300, seed: 5, signal: 0.3 });
    const plan = planBacktest(matrix, { ...FIVE, scheme: 'walk_forward' });
    const last = plan.folds.at(-1)!;
    const fits = [fitFold(matrix, last, SPEC)];
    const honest = evaluateBacktest({ matrix, plan, fits }, LOW).folds[0]!.threshold;
    const changed = {
      ...matrix,
      y: matrix.y.slice(),
      nextOpen: matrix.nextOpen.slice(),
      nextClose: matrix.nextClose.slice(),
    };
    for (const row of last.test) {
      changed.y[row] = 2 - changed.y[row]!;
      changed.nextClose[row] = changed.nextOpen[row]! * (2 - changed.nextClose[row]! / changed.nextOpen[row]!);
    }
    const refitted = [fitFold(changed, last, SPEC)];
    expect(refitted[0]!.testProbabilities).toEqual(fits[0]!.testProbabilities);
    const again = evaluateBacktest({ matrix: changed, plan, fits: refitted }, LOW);
    expect(again.folds[0]!.threshold).toBe(honest);
    expect(again.metrics.cumRet).not.toBe(evaluateBacktest({ matrix, plan, fits }, LOW).metrics.cumRet);
  });

  it('higher slippage never raises the return of the same positions', () => {
    const matrix = plantedMatrix({ rows: 300, seed: 6, signal: 0.2 });
    const plan = planBacktest(matrix, FIVE);
    const fits = fitFolds(matrix, plan, SPEC);
    const returns = [0, 1, 5, 25, 100].map(
      (slippageBps) =>
        evaluateBacktest({ matrix, plan, fits }, { ...LOW, thresholds: [0.4], slippageBps }).metrics.cumRet,
    );
    expect([...returns].sort((a, b) => b - a)).toEqual(returns);
    expect(returns[4]!).toBeLessThan(returns[0]!);
  });
});

describe('a backtest is reproducible', () => {
  it('gives the same bytes when it is run again, and when folds come back from workers in another order', () => {
    const matrix = plantedMatrix({ rows: 300, seed: 3, signal: 0.3, missingShare: 0.05 });
    const plan = planBacktest(matrix, FIVE);
    const once = fitFolds(matrix, plan, SPEC);
    const again = structuredClone(
      foldsToFit(plan)
        .reverse()
        .map((fold) => fitFold(matrix, fold, SPEC)),
    );
    const say = (fits: typeof once) => JSON.stringify(evaluateBacktest({ matrix, plan, fits }, LOW));
    expect(say(again)).toBe(say(once));
  });

  it('tells its progress and stops when asked', () => {
    const matrix = plantedMatrix({ rows: 150, seed: 8 });
    const steps: number[] = [];
    runBacktest(matrix, FIVE, SPEC, LOW, { control: { onStep: (done, total) => steps.push(done / total) } });
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.at(-1)).toBe(1);
    expect(() => runBacktest(matrix, FIVE, SPEC, LOW, { control: { shouldStop: () => true } })).toThrow(/stopped/);
  });
});

describe('schemes and choices', () => {
  const intraday = plantedMatrix({ rows: 480, seed: 9, signal: 0.4, barsPerSession: 6 });
  const plan = planBacktest(intraday, FIVE);
  const fits = fitFolds(intraday, plan, SPEC);
  const evaluate = (config: BacktestConfig) => evaluateBacktest({ matrix: intraday, plan, fits }, config);

  it.each(['purged_kfold', 'walk_forward', 'cpcv'] as const)('%s scores every out-of-sample bar once', (scheme) => {
    const run = runBacktest(intraday, { scheme, splits: 4, embargo: 0.01 }, SPEC, LOW);
    const { result } = run;
    expect(new Set(result.equity.rows).size).toBe(result.equity.rows.length);
    expect(result.equity.rows.length).toBe(scheme === 'walk_forward' ? 480 - 96 : 480);
    expect(result.paths).toHaveLength(scheme === 'cpcv' ? 3 : 0);
    expect(run.plan.embargoedRows > 0).toBe(scheme !== 'walk_forward');
    expect(brokenNumbers(result)).toEqual([]);
  });

  it('top_pct takes its cut-off from the train part and reports what it came to', () => {
    const result = evaluate({ ...DEFAULT_CONFIG, topPct: 0.2 });
    expect(result.kind).toBe('top_pct');
    expect(result.realisedTopPct).toBeGreaterThan(0.05);
    expect(result.realisedTopPct).toBeLessThan(0.5);
    expect(result.byThreshold).toEqual([]);
    expect(result.ownTrials).toHaveLength(1);
    expect(result.folds.every(({ cutOff, threshold }) => cutOff !== null && threshold === null)).toBe(true);
  });

  it('both conditions together hold no more than either', () => {
    const held = (config: Partial<BacktestConfig>) =>
      evaluate({ ...LOW, thresholds: [0.45], ...config }).metrics.barsInMarket;
    const both = held({ topPct: 0.2, combine: 'and' });
    expect(both).toBeLessThanOrEqual(held({ topPct: 0.2 }));
    expect(both).toBeLessThanOrEqual(held({}));
  });

  it('hours may choose for themselves', () => {
    const result = evaluate({ ...LOW, perHourThresholds: true, selectBy: 'cum_ret' });
    expect(result.folds.some(({ thresholdByHour }) => thresholdByHour.length > 0)).toBe(true);
    expect(result.byHour.map(({ hourEt }) => hourEt)).toEqual([10, 11, 12, 13, 14, 15]);
    expect(result.byHour.reduce((sum, { trades }) => sum + trades, 0)).toBe(result.metrics.trades);
  });

  it('some hours alone leave holes, and no position crosses them', () => {
    const part = subsetMatrix(intraday, rowsOfHours(intraday, [11, 13]));
    expect(part.features.rows).toBe(160);
    const { result } = runBacktest(part, FIVE, SPEC, LOW);
    expect(result.trades.every(({ bars }) => bars === 1)).toBe(true);
  });

  it('the close fill is kept for comparison and says so', () => {
    expect(evaluate({ ...LOW, fill: 'close' }).warnings).toContain('same_bar_fill');
  });
});

describe('small and broken inputs', () => {
  const noise = plantedMatrix({ rows: 200, seed: 10 });

  it('a run that never trades is valid', () => {
    const { result } = runBacktest(noise, FIVE, SPEC, { ...DEFAULT_CONFIG, thresholds: [0.99] });
    expect(result.metrics).toMatchObject({ trades: 0, cumRet: 0, sharpe: null, winRate: null, dsr: null, trials: 1 });
    expect(result.trades).toEqual([]);
    expect(brokenNumbers(result)).toEqual([]);
  });

  it.each([0, 1, 40])('%d rows are too few, and the error says so', (rows) => {
    const part = subsetMatrix(
      noise,
      Int32Array.from({ length: rows }, (_, i) => i),
    );
    expect(() => runBacktest(part, FIVE, SPEC, LOW)).toThrow(/every fold was skipped/);
  });

  it('one class only is too little', () => {
    const dull = { ...noise, y: new Int8Array(200).fill(2) };
    expect(() => runBacktest(dull, FIVE, SPEC, LOW)).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'insufficient_data' }),
    );
  });

  it('a fold that cannot be fitted is skipped and reported', () => {
    const { result, plan } = runBacktest(noise, { scheme: 'walk_forward', splits: 5, embargo: 0 }, SPEC, LOW);
    expect(plan.skipped).toEqual([{ fold: 0, reason: 'too_few_rows', trainRows: 32, testRows: 33 }]);
    expect(result.skippedFolds).toEqual(plan.skipped);
    expect(result.folds.map(({ fold }) => fold)).toEqual([1, 2, 3, 4]);
  });

  it('constant and wholly missing features, and prices that are missing, break nothing', () => {
    const features = {
      ...noise.features,
      columns: [new Float64Array(200).fill(1), new Float64Array(200).fill(NaN), ...noise.features.columns.slice(2)],
    };
    const holes = noise.nextOpen.map((price, i) => (i % 17 === 0 ? NaN : price));
    const { result } = runBacktest({ ...noise, features, nextOpen: holes }, FIVE, SPEC, { ...LOW, thresholds: [0.35] });
    expect(brokenNumbers(result)).toEqual([]);
  });

  it('a feature that is not there is named', () => {
    expect(() => runBacktest(noise, FIVE, { ...SPEC, features: ['f0', 'gone'] }, LOW)).toThrow(/no column gone/);
  });
});
