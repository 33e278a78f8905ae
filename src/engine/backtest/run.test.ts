import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from './config.js';
import { plantedMatrix } from './planted.fixture.js';
import { runBacktest } from './run.js';

const SPEC = { algo: 'logit', hyperparams: {}, calibration: 'sigmoid', seed: 7 } as const;
const FIVE = { scheme: 'purged_kfold', splits: 5, embargo: 0 } as const;

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

describe('a backtest', () => {
  it('of a perfectly predictable market trades and has a Sharpe ratio far above zero (trip hazard 3)', () => {
    // Next-open fills miss the gap of the move that the feature knows, so the market's noise overnight stays.
    const { result } = runBacktest(plantedMatrix({ rows: 600, seed: 1, signal: 1 }), FIVE, SPEC, DEFAULT_CONFIG);
    expect(result.metrics.trades).toBeGreaterThan(100);
    expect(result.metrics.sharpe).toBeGreaterThan(5);
    expect(result.equity.rows).toHaveLength(600);
    expect(brokenNumbers(result)).toEqual([]);
  });

  it('of a market without signal gives numbers or null, never NaN', () => {
    const { result } = runBacktest(
      plantedMatrix({ rows: 400, seed: 2, missingShare: 0.1 }),
      FIVE,
      SPEC,
      DEFAULT_CONFIG,
    );
    expect(brokenNumbers(result)).toEqual([]);
  });

  it('gives the same bytes when it is run again', () => {
    const run = () =>
      JSON.stringify(
        runBacktest(plantedMatrix({ rows: 300, seed: 3, signal: 0.3 }), FIVE, SPEC, DEFAULT_CONFIG).result,
      );
    expect(run()).toBe(run());
  });
});
