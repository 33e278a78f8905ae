import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LabelledMatrix } from '../frame/matrix.js';
import { compound, sumOf } from '../metrics/returns.js';
import { plantedMatrix } from './planted.fixture.js';
import { holdPositions } from './positions.js';

/** Daily bars given as [open, close]; row i sees bar i and the next one. */
function market(bars: readonly (readonly [number, number])[], change: Partial<LabelledMatrix> = {}): LabelledMatrix {
  const rows = bars.length;
  const base = plantedMatrix({ rows, seed: 1, features: 1 });
  const open = Float64Array.from(bars, ([o]) => o);
  const close = Float64Array.from(bars, ([, c]) => c);
  const next = (column: Float64Array) => Float64Array.from(column, (_, i) => column[i + 1] ?? NaN);
  const nextClose = next(close);
  const barReturn = nextClose.map((value, i) => value / close[i]! - 1);
  return { ...base, open, close, nextOpen: next(open), nextClose, barReturn, ...change };
}

const rowsOf = (matrix: LabelledMatrix) => Int32Array.from(matrix.y, (_, i) => i);
const hold = (
  matrix: LabelledMatrix,
  wanted: number[],
  rules: { costRate?: number; fill?: 'next_open' | 'close' } = {},
) => holdPositions(matrix, rowsOf(matrix), Float64Array.from(wanted), { costRate: 0, fill: 'next_open', ...rules });

describe('fills and costs', () => {
  it('the cost vector of sigma 30: one isolated bar long, 1 bp a side, bar return .001, nets .0008', () => {
    const matrix = market([
      [100, 100],
      [100, 100.1],
      [100.1, 100.1],
      [100.1, 100.1],
    ]);
    for (const fill of ['close', 'next_open'] as const) {
      const ledger = hold(matrix, [1, 0, 0, 0], { costRate: 1e-4, fill });
      expect(sumOf(ledger.net)).toBeCloseTo(0.0008, 12);
      expect(sumOf(ledger.cost)).toBeCloseTo(0.0002, 12);
      expect(ledger.trades).toMatchObject([{ entryRow: 0, exitRow: 1, side: 1, bars: 1, isForced: false }]);
    }
    const alone = holdPositions(matrix, Int32Array.of(0), Float64Array.of(1), { costRate: 1e-4, fill: 'close' });
    expect(alone.net[0]).toBeCloseTo(0.0008, 12);
    expect(alone.trades[0]!.netReturn).toBeCloseTo(0.0008, 12);
  });

  it('a new position never earns the gap it was decided before; one that is held does', () => {
    // All movement happens overnight: 10 % between each close and the next open.
    const matrix = market([
      [100, 100],
      [110, 110],
      [121, 121],
      [133.1, 133.1],
      [146.41, 146.41],
    ]);
    const isolated = hold(matrix, [1, 0, 0, 0, 0]);
    expect(isolated.gross[0]).toBeCloseTo(0, 12);
    // Bought at the open of bar 1, sold at the open of bar 2: the gap in between is earned.
    expect(isolated.gross[1]).toBeCloseTo(0.1, 12);
    expect(isolated.trades[0]).toMatchObject({ entryPrice: 110, exitPrice: 121 });
    expect(hold(matrix, [1, 0, 0, 0, 0], { fill: 'close' }).gross[0]).toBeCloseTo(0.1, 12);
  });

  it('a reversal closes and opens at one open, charging both, and splits the bar between the trades', () => {
    const matrix = market([
      [100, 100],
      [100, 102],
      [104, 103],
      [103, 103],
      [103, 103],
    ]);
    const ledger = hold(matrix, [1, -1, 0, 0, 0], { costRate: 0.001 });
    expect(ledger.traded[1]).toBe(2);
    expect(ledger.net[1]).toBeCloseTo(104 / 102 - 1 - (103 / 104 - 1) - 0.002, 12);
    expect(ledger.trades.map(({ side, exitRow }) => [side, exitRow])).toEqual([
      [1, 1],
      [-1, 2],
    ]);
    const joined = ledger.trades.reduce((growth, { netReturn }) => growth * (1 + netReturn), 1);
    // The bar of the reversal is one factor in the account and two in the trades.
    expect(joined - 1).toBeCloseTo(compound(ledger.net), 3);
  });

  it('the last bar of the data opens nothing and closes what is held', () => {
    const matrix = market([
      [100, 100],
      [100, 101],
      [101, 102],
    ]);
    const ledger = hold(matrix, [1, 1, 1], { costRate: 0.001 });
    expect([...ledger.position]).toEqual([1, 1, 0]);
    expect(ledger.gross[2]).toBe(0);
    expect(ledger.cost[2]).toBeCloseTo(0.001, 15);
    expect(ledger.trades).toMatchObject([{ entryRow: 0, exitRow: 2, exitPrice: 102, isForced: true }]);
  });

  it('an intraday position ends with its session, and the exit is charged', () => {
    const matrix = plantedMatrix({ rows: 12, seed: 3, barsPerSession: 4 });
    const ledger = hold(matrix, new Array<number>(12).fill(1), { costRate: 0.001 });
    expect([...ledger.position]).toEqual([1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0]);
    expect(ledger.cost[3]).toBeCloseTo(0.001, 15);
    expect(ledger.trades).toHaveLength(3);
    expect(sumOf(ledger.traded)).toBe(6);
  });

  it('a missing row forces a flat at the end of the bar before it', () => {
    const matrix = plantedMatrix({ rows: 10, seed: 4 });
    const rows = Int32Array.of(0, 1, 2, 6, 7);
    const ledger = holdPositions(matrix, rows, Float64Array.of(1, 1, 1, 0, 0), { costRate: 0.001, fill: 'next_open' });
    expect(ledger.cost[2]).toBeCloseTo(0.001, 15);
    expect(ledger.gross[3]).toBe(0);
    expect(ledger.trades).toMatchObject([{ entryRow: 0, exitRow: 2, exitPrice: matrix.nextClose[2], isForced: true }]);
  });

  it('overlapping tranches: each signal holds 1/h for h bars, and none outlives its row of bars', () => {
    const matrix = { ...plantedMatrix({ rows: 12, seed: 5 }), horizonBars: 4 };
    const wanted = [1, 1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0];
    expect([...hold(matrix, wanted).position]).toEqual([
      0.25, 0.5, 0.5, 0.5, 0.25, 0, -0.25, -0.25, -0.25, -0.25, 0, 0,
    ]);
    const broken = holdPositions(matrix, Int32Array.of(0, 1, 5, 6), Float64Array.of(1, 1, 0, 0), {
      costRate: 0,
      fill: 'next_open',
    });
    expect([...broken.position]).toEqual([0.25, 0.5, 0, 0]);
  });
});

describe('costs', () => {
  it('higher costs never raise the return of the same positions', () => {
    const matrix = plantedMatrix({ rows: 60, seed: 6 });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(-1, -0.5, 0, 0.5, 1), { minLength: 60, maxLength: 60 }),
        fc.double({ min: 0, max: 0.005, noNaN: true }),
        fc.double({ min: 0, max: 0.005, noNaN: true }),
        fc.constantFrom<'next_open' | 'close'>('next_open', 'close'),
        (wanted, low, more, fill) => {
          const cheap = hold(matrix, wanted, { costRate: low, fill });
          const dear = hold(matrix, wanted, { costRate: low + more, fill });
          expect(compound(dear.net)).toBeLessThanOrEqual(compound(cheap.net));
          expect(dear.trades.length).toBe(cheap.trades.length);
          expect([...dear.gross]).toEqual([...cheap.gross]);
        },
      ),
    );
  });

  it('each unit bought is sold again: the trades account for every bar in the market', () => {
    const matrix = plantedMatrix({ rows: 60, seed: 7, barsPerSession: 6 });
    fc.assert(
      fc.property(fc.array(fc.constantFrom(-1, 0, 1), { minLength: 60, maxLength: 60 }), (wanted) => {
        const ledger = hold(matrix, wanted);
        const bars = ledger.trades.reduce((sum, trade) => sum + trade.bars, 0);
        return (
          bars === ledger.position.filter((p) => p !== 0).length && sumOf(ledger.traded) === 2 * ledger.trades.length
        );
      }),
    );
  });
});
