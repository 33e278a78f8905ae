import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldTotals } from './fold-totals.js';
import { tradePnl, tradeReturnPct, tradeTotals } from './trade-totals.js';

describe('trade totals', () => {
  it('are those of a list counted by hand', () => {
    // Capital 1000 -> 1100 -> 990 -> 990 -> 1040: the deepest fall is 110 of 1100.
    const trades = [100, -110, null, 50].map((pnl) => ({ pnl, returnPct: pnl === null ? null : pnl / 10 }));
    expect(tradeTotals(trades, 1000)).toEqual({
      trades: 4,
      wins: 2,
      losses: 1,
      pnl: 40,
      winRatePct: 50,
      totalReturnPct: 4,
      avgReturnPct: 4 / 3,
      profitFactor: 150 / 110,
      maxDrawdownPct: 10,
      finalCapital: 1040,
    });
  });

  it('have an answer for no trade, no loss and no capital', () => {
    expect(tradeTotals([], 0)).toMatchObject({ winRatePct: 0, profitFactor: 0, totalReturnPct: 0, maxDrawdownPct: 0 });
    expect(tradeTotals([{ pnl: 1, returnPct: null }], 0)).toMatchObject({ profitFactor: 999, avgReturnPct: 0 });
  });

  it('take profit in the direction of the trade, and a return of what was put in', () => {
    const prices = { size: 2, entryPrice: 50, exitPrice: 45 };
    expect(tradePnl({ side: 'long', ...prices })).toBe(-10);
    expect(tradePnl({ side: 'short', ...prices })).toBe(10);
    expect(tradeReturnPct(-10, prices)).toBe(-10);
    expect(tradeReturnPct(1, { size: 0, entryPrice: 50 })).toBeNull();
  });

  it('never lose more than the peak while capital stays above zero', () => {
    const pnls = fc.array(fc.double({ min: -9, max: 20, noNaN: true }), { maxLength: 100 });
    fc.assert(
      fc.property(pnls, (list) => {
        const { maxDrawdownPct } = tradeTotals(
          list.map((pnl) => ({ pnl, returnPct: null })),
          1000,
        );
        expect(maxDrawdownPct).toBeGreaterThanOrEqual(0);
        expect(maxDrawdownPct).toBeLessThan(100);
      }),
      { seed: 71 },
    );
  });
});

describe('fold totals', () => {
  const side = (signals: number, hitRate: number, sumWins: number, sumLosses: number) => ({
    signals,
    hitRate,
    sumWins,
    sumLosses,
  });

  it('weigh hit rates by signals and add what was won and lost', () => {
    const folds = [
      { long: side(10, 0.6, 3, 2), short: side(0, 0, 0, 0) },
      { long: side(30, 0.4, 5, 2), short: side(5, 1, 1, 0) },
    ];
    expect(foldTotals(folds)).toEqual({
      long: { signals: 40, hitRate: 18 / 40, profitFactor: 2 },
      short: { signals: 5, hitRate: 1, profitFactor: 999 },
      both: { signals: 45, hitRate: 23 / 45, profitFactor: 9 / 4 },
    });
  });

  it('are zero without folds', () => {
    expect(foldTotals([]).both).toEqual({ signals: 0, hitRate: 0, profitFactor: 0 });
  });
});
