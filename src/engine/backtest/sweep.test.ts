import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BacktestConfig, DEFAULT_CONFIG, SELECT_BY } from './config.js';
import { evaluateBacktest } from './evaluate.js';
import { marketOn, metricsOf } from './outcome.js';
import { planBacktest } from './plan.js';
import { plantedMatrix } from './planted.fixture.js';
import { fitFolds } from './run.js';
import { rowsOfHours, subsetMatrix } from './subset.js';
import { bench } from './sweep.bench.js';
import { evaluateSweep, screenSweep, sweepOverfitting } from './sweep.js';
import { distinctTrials } from './trials.js';

const SPEC = { algo: 'logit', hyperparams: {}, calibration: 'sigmoid', seed: 7 } as const;
const market = plantedMatrix({ rows: 360, seed: 1, signal: 0.3, barsPerSession: 6 });

const CONFIGS: BacktestConfig[] = [
  { ...DEFAULT_CONFIG, thresholds: [0.4] },
  { ...DEFAULT_CONFIG, thresholds: [0.4, 0.45, 0.5] },
  { ...DEFAULT_CONFIG, thresholds: [0.45, 0.5], topPct: 0.3, combine: 'and' },
  { ...DEFAULT_CONFIG, topPct: 0.1 },
  { ...DEFAULT_CONFIG, thresholds: [0.4, 0.5], perHourThresholds: true, selectBy: 'trades' },
  { ...DEFAULT_CONFIG, thresholds: [0.45], exitThreshold: 0.35, sizeByConf: true, slippageBps: 3 },
];

const groups = [null, [10, 11, 12]].map((hours) => {
  const matrix = subsetMatrix(market, rowsOfHours(market, hours));
  const plan = planBacktest(matrix, { scheme: 'purged_kfold', splits: 4, embargo: 0 });
  return { matrix, plan, fits: fitFolds(matrix, plan, SPEC), scope: String(hours), configs: CONFIGS };
});

describe('a sweep', () => {
  it('gives each configuration the bytes of evaluating it alone', () => {
    const { results, trials, pbo } = evaluateSweep(groups);
    const alone = groups.flatMap(({ configs, ...input }) =>
      configs.map((config) => evaluateBacktest({ ...input, priorTrials: trials }, config)),
    );
    expect(results).toHaveLength(12);
    results.forEach((result, i) => {
      expect(JSON.stringify(result)).toBe(JSON.stringify(alone[i]));
    });
    expect(sweepOverfitting(groups)).toBe(pbo);
    expect(pbo).toBeGreaterThanOrEqual(0);
    expect(pbo).toBeLessThanOrEqual(1);
  });

  it('does not depend on the order of its configurations', () => {
    const reversed = evaluateSweep(groups.map((group) => ({ ...group, configs: [...CONFIGS].reverse() })));
    const { results } = evaluateSweep(groups);
    expect(JSON.stringify(reversed.results[0])).toBe(JSON.stringify(results[5]));
    expect(reversed.trials).toEqual(evaluateSweep(groups).trials);
  });

  it('counts each distinct trial once, over hours and over what was tried before', () => {
    const { results, trials } = evaluateSweep(groups);
    // A group tries .40, .45, .50; .45 and .50 within the top 30 %; the top 10 %; and .45 under other rules.
    expect(trials).toHaveLength(2 * 7);
    expect(new Set(results.map(({ metrics }) => metrics.trials))).toEqual(new Set([14]));
    const prior = [{ key: 'yesterday', sharpe: 0.4 }, trials[0]!];
    const later = evaluateSweep(groups.map((group) => ({ ...group, priorTrials: prior })));
    expect(later.results[0]!.metrics.trials).toBe(15);
    expect(later.results[0]!.metrics.dsr!).toBeLessThan(results[0]!.metrics.dsr!);
    expect(distinctTrials([...trials, ...trials])).toHaveLength(14);
  });

  it('gives any configuration the figures of its own ledger, whole or screened', () => {
    const level = fc.constantFrom(0.34, 0.38, 0.42, 0.46, 0.5);
    const configs = fc.record({
      thresholds: fc.uniqueArray(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.sort((a, b) => a - b)),
      topPct: fc.option(fc.constantFrom(0.05, 0.3, 1)),
      combine: fc.constantFrom('override' as const, 'and' as const),
      exitThreshold: fc.option(fc.constantFrom(0.2, 0.36, 0.6)),
      sizeByConf: fc.boolean(),
      confCap: fc.constantFrom(0.1, 1),
      momentumGate: fc.option(fc.constant({ column: 'f1', min: -0.5 })),
      longOnly: fc.boolean(),
      perHourThresholds: fc.boolean(),
      selectBy: fc.constantFrom(...SELECT_BY),
      slippageBps: fc.integer({ min: 0, max: 5 }),
      commissionBps: fc.constantFrom(0, 1),
      fill: fc.constantFrom('next_open' as const, 'close' as const),
    });
    fc.assert(
      fc.property(fc.array(configs, { minLength: 1, maxLength: 4 }), (members) => {
        const swept = groups.map((group) => ({ ...group, configs: members }));
        const { results, trials } = evaluateSweep(swept);
        const screened = screenSweep(swept);
        expect(screened.trials).toEqual(trials);
        results.forEach((result, i) => {
          const { kind, bestSharpeHourly, bestCumRet, realisedTopPct } = result;
          const { stdSharpeFolds: _, brier: __, logLoss: ___, ece: ____, auc: _____, ...metrics } = result.metrics;
          expect(screened.results[i]).toEqual({ kind, metrics, bestSharpeHourly, bestCumRet, realisedTopPct });
          const { matrix } = groups[Math.floor(i / members.length)]!;
          expect(metrics).toMatchObject(metricsOf(result.ledger, marketOn(matrix, result.ledger.rows)));
        });
      }),
      { numRuns: 40 },
    );
  });

  it('gives no deflated ratio where a trial before it was no number, and so passes no gate', () => {
    const priorTrials = [{ key: 'broken', sharpe: Number.NaN }];
    const { results } = screenSweep(groups.map((group) => ({ ...group, priorTrials })));
    expect(new Set(results.map(({ metrics }) => metrics.dsr))).toEqual(new Set([null]));
    expect(screenSweep(groups).results[0]!.metrics.dsr).toBeGreaterThan(0);
  });

  it('tells its progress and stops when asked', () => {
    const steps: number[] = [];
    evaluateSweep(groups, { onStep: (done) => steps.push(done) });
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(() => evaluateSweep(groups, { shouldStop: () => true })).toThrow(/stopped/);
  });

  it('has a bench that runs and repeats', () => expect(bench('small').hash).toBe(bench('small').hash));
});
