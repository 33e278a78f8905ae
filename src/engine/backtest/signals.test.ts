import { describe, expect, it } from 'vitest';
import { type BacktestConfig, DEFAULT_CONFIG } from './config.js';
import { plantedMatrix } from './planted.fixture.js';
import { exposures } from './signals.js';

const matrix = plantedMatrix({ rows: 8, seed: 1, features: 2 });

/** Rows given as [p_down, p_up]. */
function exposureOf(
  rows: readonly (readonly [number, number])[],
  config: Partial<BacktestConfig> = {},
  on = matrix,
  entry = 0.6,
) {
  const probabilities = Float64Array.from(rows.flatMap(([down, up]) => [down, 1 - down - up, up]));
  const predictions = { rows: Int32Array.from(rows, (_, i) => i), probabilities };
  return [...exposures(on, predictions, new Float64Array(rows.length).fill(entry), { ...DEFAULT_CONFIG, ...config })];
}

describe('signals', () => {
  it('take the likelier side that reaches the threshold, and neither of two equals', () => {
    expect(
      exposureOf([
        [0.1, 0.6],
        [0.7, 0.2],
        [0.3, 0.59],
        [0.5, 0.5],
      ]),
    ).toEqual([1, -1, 0, 0]);
    expect(
      exposureOf(
        [
          [0.4, 0.6],
          [0.5, 0.5],
        ],
        {},
        matrix,
        0.5,
      ),
    ).toEqual([1, 1]);
  });

  it('persist while the exit threshold holds, and turn at once', () => {
    expect(
      exposureOf(
        [
          [0.1, 0.65],
          [0.3, 0.5],
          [0.3, 0.44],
          [0.3, 0.5],
        ],
        { exitThreshold: 0.45 },
      ),
    ).toEqual([1, 1, 0, 0]);
    expect(
      exposureOf(
        [
          [0.1, 0.65],
          [0.7, 0.3],
        ],
        { exitThreshold: 0.2 },
      ),
    ).toEqual([1, -1]);
    const sessions = plantedMatrix({ rows: 4, seed: 1, barsPerSession: 2 });
    const steady = [
      [0.1, 0.65],
      [0.3, 0.5],
      [0.3, 0.5],
      [0.3, 0.5],
    ] as const;
    expect(exposureOf(steady, { exitThreshold: 0.45 }, sessions)).toEqual([1, 1, 0, 0]);
  });

  it('are sized by confidence up to the cap', () => {
    const sized = exposureOf(
      [
        [0.1, 0.8],
        [0.95, 0],
        [0.1, 0.6],
      ],
      { sizeByConf: true, confCap: 0.8 },
    );
    expect(sized.map((size) => Math.round(size * 1e9) / 1e9)).toEqual([0.6, -0.8, 0.2]);
  });

  it('are closed by the momentum gate, also where momentum is not known', () => {
    matrix.features.columns[1]!.set([1, -1, NaN, 0]);
    const gate = { momentumGate: { column: 'f1', min: 0 } };
    expect(
      exposureOf(
        [
          [0, 0.9],
          [0, 0.9],
          [0, 0.9],
          [0, 0.9],
        ],
        gate,
      ),
    ).toEqual([1, 0, 0, 1]);
    expect(() => exposureOf([[0, 0.9]], { momentumGate: { column: 'nope', min: 0 } })).toThrow(/no column nope/);
  });

  it('are long only where asked', () => {
    expect(
      exposureOf(
        [
          [0.9, 0.1],
          [0.1, 0.9],
        ],
        { longOnly: true },
      ),
    ).toEqual([0, 1]);
  });

  it('of event labels bet on the given side', () => {
    const events = { ...matrix, labelSide: Int8Array.of(1, -1, 0, -1, 0, 0, 0, 0) };
    expect(
      exposureOf(
        [
          [0.2, 0.8],
          [0.2, 0.8],
          [0.2, 0.8],
          [0.8, 0.2],
        ],
        {},
        events,
      ),
    ).toEqual([1, -1, 0, 0]);
  });
});
