import { describe, expect, it } from 'vitest';
import { madeBars } from '../calendar/made-bars.fixture.js';
import { resolveIndicators } from '../indicators/resolve.js';
import { parseLabelKind } from '../labels/label-kind.js';
import { buildMatrix } from './build-matrix.js';
import { parseMatrixCsv } from './matrix-csv.js';
import { checkQuality } from './quality.js';

const build = (seed: number, features?: string[]) =>
  buildMatrix({
    ticker: 'TEST',
    interval: 'day',
    bars: madeBars({ interval: 'day', sessions: 300, seed }),
    indicators: resolveIndicators(['rsi', 'ema__window=20', 'momentum', 'bollinger_bands', 'obv', 'atr', 'cci']),
    label: parseLabelKind('fwd_ret_1d'),
    features,
  });

const judge = (built: ReturnType<typeof build>) =>
  checkQuality(built.table, {
    featureColumns: built.featureColumns,
    warmupRows: built.warmupRows,
    horizonBars: 1,
    leaks: built.leaks,
  });

describe('checkQuality', () => {
  it('passes an honest matrix, its warm-up not held against it', () => {
    const report = judge(build(1));
    expect(report).toMatchObject({ ok: true, fail: [], warn: [], leakage: { ok: true }, duplicates: { count: 0 } });
    expect(report.coverageByHour).toEqual({ 9: 299 });
    expect(Object.values(report.labelBalance).reduce((sum, count) => sum + count, 0)).toBe(299);
  });

  it('flags none of 40 random walks', () => {
    const flagged = Array.from({ length: 40 }, (_, seed) => judge(build(seed + 100)).leakage.flags).flat();
    expect(flagged).toEqual([]);
  });

  it('flags a feature that equals the horizon return, and fails what the future proved', () => {
    const report = judge(build(2, ['rsi', 'ret_fwd']));
    expect(report.ok).toBe(false);
    expect(report.leakage.flags.map(({ column, reason }) => [column, reason])).toEqual([
      ['ret_fwd', 'changes when only its future changes'],
      ['ret_fwd', 'correlation with the horizon return above 0.50'],
    ]);
    expect(report.leakage.flags[1]!.corr).toBeCloseTo(1, 12);
  });

  it('sees unsorted and repeated rows, negative volume, odd hours, wild implied volatility and missing values in a file', () => {
    const rows = [
      '2024-01-04,9,5,-1,0.2,,1',
      '2024-01-03,9,5,10,0.2,1,0',
      '2024-01-03,9,5,10,9,,1',
      '2024-01-05,3,5,10,0.2,,0',
    ];
    const table = parseMatrixCsv(`date,hour_et,close,volume,atm_iv_eod,rsi_7,y\n${rows.join('\n')}\n`);
    const report = checkQuality(table, { featureColumns: ['rsi_7'], warmupRows: 0 });
    expect(report).toMatchObject({
      ok: false,
      monotonicTime: { ok: false, violations: 1 },
      duplicates: { ok: false, count: 1 },
      nonNegativeVol: { ok: false, negPct: 25, checked: ['volume'] },
      sessionAlignment: { ok: false, offPct: 25 },
      ivSanity: { ok: false, outOfRangePct: 25, checked: ['atm_iv_eod'] },
      fail: [{ column: 'rsi_7', nanPct: 75 }],
      labelBalance: { DOWN: 2, FLAT: 0, UP: 2 },
    });
  });

  it('lets signed columns be negative', () => {
    const table = parseMatrixCsv(
      'date,vol_zscore_20,close_vs_vwap,iv_skew_25d,y\n2024-01-03,-1,-1,-1,1\n2024-01-04,-1,-1,-1,0\n',
    );
    expect(checkQuality(table, { featureColumns: ['vol_zscore_20'] })).toMatchObject({ ok: true });
  });

  it('warns from ten percent of nulls on', () => {
    const cells = Array.from(
      { length: 20 },
      (_, row) => `2024-01-${String(row + 1).padStart(2, '0')},${row > 3 && row < 6 ? '' : row}`,
    );
    const report = checkQuality(parseMatrixCsv(`date,rsi_7\n${cells.join('\n')}\n`), { featureColumns: ['rsi_7'] });
    expect(report.warn).toEqual([{ column: 'rsi_7', nanPct: 10 }]);
  });
});
