import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelHost } from '#compute/kernel-host.js';
import type { LabelledMatrix } from '../frame/matrix.js';
import { openSweepRoom } from '../kernels/sweep-room.js';
import { createRng } from '../random/xoshiro128.js';
import { DEFAULT_CONFIG } from './config.js';
import { metricsAtRates } from './earn.js';
import { marketOn, metricsOf } from './outcome.js';
import { plantedMatrix } from './planted.fixture.js';
import { holdPositions } from './positions.js';
import { exposures, type Predictions } from './signals.js';
import { trackOf } from './track.js';

// The kernel's memory and columns, and the twin's.
const rooms = [openSweepRoom(), openSweepRoom(kernelHost)];

const unit = fc.double({ min: 0, max: 1, noNaN: true });

const cases = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  rows: fc.integer({ min: 1, max: 400 }),
  barsPerSession: fc.constantFrom(1, 1, 3, 7),
  horizonBars: fc.constantFrom(1, 1, 2, 5),
  /** Share of rows that the model does not see: hours that are not allowed, folds that were skipped. */
  holes: fc.constantFrom(0, 0.02, 0.4),
  isEvent: fc.boolean(),
  unpriced: fc.constantFrom(0, 0.05),
  levels: fc.array(fc.double({ min: 0.2, max: 1.05, noNaN: true }), { minLength: 1, maxLength: 3 }),
  exitThreshold: fc.option(fc.double({ min: 0.1, max: 0.9, noNaN: true })),
  sizeByConf: fc.boolean(),
  confCap: unit,
  hasGate: fc.boolean(),
  longOnly: fc.boolean(),
  fill: fc.constantFrom('next_open' as const, 'close' as const),
  costRates: fc.array(fc.double({ min: 0, max: 0.01, noNaN: true }), { minLength: 1, maxLength: 3 }),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function scene(given: Case): { matrix: LabelledMatrix; predictions: Predictions; entry: Float64Array } {
  const rng = createRng(given.seed);
  const base = plantedMatrix({ ...given, features: 1, missingShare: 0.1 });
  const unprice = (column: Float64Array) => column.map((price) => (rng.float() < given.unpriced ? NaN : price));
  const side = () => (rng.float() < 0.5 ? 1 : -1);
  const matrix = {
    ...base,
    nextOpen: unprice(base.nextOpen),
    barReturn: unprice(base.barReturn),
    labelSide: base.labelSide.map(() => (given.isEvent ? side() : 0)),
  };
  const rows = Int32Array.from(matrix.y, (_, row) => row).filter(() => rng.float() >= given.holes);
  const probabilities = new Float64Array(rows.length * 3);
  // Coarse numbers make ties between the sides, and with the thresholds, common.
  const draw = () => Math.floor(rng.float() * 20) / 20;
  rows.forEach((_, k) => {
    const [a, b] = rng.float() < 0.5 ? [draw(), draw()] : [rng.float(), rng.float()];
    probabilities.set([a / (a + b + 0.3), 0.3 / (a + b + 0.3), b / (a + b + 0.3)], k * 3);
  });
  // One level a part, as folds have them.
  const entry = Float64Array.from(
    rows,
    (_, k) => given.levels[Math.floor((k * given.levels.length) / rows.length)] ?? 0.5,
  );
  return { matrix, predictions: { rows, probabilities }, entry };
}

describe('a stance', () => {
  it('earns, to the last bit, what the whole ledger does', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { matrix, predictions, entry } = scene(given);
        const { exitThreshold, sizeByConf, confCap, longOnly, fill } = given;
        const momentumGate = given.hasGate ? { column: 'f0', min: -0.5 } : null;
        const config = { ...DEFAULT_CONFIG, exitThreshold, sizeByConf, confCap, longOnly, fill, momentumGate };
        const wanted = exposures(matrix, predictions, entry, config);
        const track = trackOf(matrix, predictions, fill);
        const whole = given.costRates.map((costRate) => {
          const ledger = holdPositions(matrix, predictions.rows, wanted, { costRate, fill });
          return metricsOf(ledger, marketOn(matrix, predictions.rows));
        });
        for (const room of rooms) {
          expect(metricsAtRates({ matrix, track, room }, entry, config, given.costRates)).toEqual(whole);
          expect(room.sheet(track.bars, 1).scratch.wanted.every((value) => value === 0)).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });
});
