/** Matrices of options: flow by strike joined to the bars, labels of events, nothing known before its time. */
import { describe, expect, it } from 'vitest';
import { madeBars } from '../calendar/made-bars.fixture.js';
import { newYorkMinute } from '../calendar/new-york-time.js';
import { madeChain, madeFlow } from '../frame/made-chain.fixture.js';
import { countKnown, type OptionFlow } from '../frame/option-chain.js';
import { defineIndicator, type MarketData } from '../indicators/indicator.js';
import { indicators } from '../indicators/registry.js';
import { resolveIndicators } from '../indicators/resolve.js';
import { parseLabelKind } from '../labels/label-kind.js';
import { buildMatrix } from './build-matrix.js';
import { labelledFromTable } from './labelled-from-table.js';
import { formatMatrixCsv, parseMatrixCsv } from './matrix-csv.js';
import type { MatrixRequest } from './matrix-request.js';
import { FLOW_DEFAULTS, flowColumnNames } from './option-flow-columns.js';
import { checkQuality } from './quality.js';
import { findNumbers, type Table } from './table.js';

const bars = madeBars({ interval: '30m', sessions: 45 });
const chain = madeChain(bars, [9 * 60 + 35, 14 * 60 + 50]);
const flow = madeFlow(bars);

const ask = (over: Partial<MatrixRequest> = {}): MatrixRequest => ({
  ticker: 'SPY',
  interval: '30m',
  bars,
  chain,
  quotes: chain,
  flow,
  flowColumns: { ...FLOW_DEFAULTS, distanceMax: 3 },
  indicators: resolveIndicators(['rsi', 'pcr_volume', 'oi_peak_strike', 'iv_skew_25d']),
  label: parseLabelKind('next_bar_updown'),
  ...over,
});

/** Trades given by hand: [row of the bar, strike from the rounded previous close, isCall, volume, dollars paid, days to expiry]. */
function drawnFlow(previousClose: number, trades: readonly (readonly number[])[]): OptionFlow {
  const column = (at: number) => Float64Array.from(trades, (trade) => trade[at]!);
  return {
    rows: trades.length,
    tsEndMs: Float64Array.from(trades, ([row]) => bars.tsEndMs[row!]!),
    strike: column(1).map((distance) => Math.round(previousClose) + distance),
    isCall: Uint8Array.from(column(2)),
    volume: column(3),
    premium: column(4),
    expiryDay: Int32Array.from(trades, (trade) => bars.session[trade[0]!]! + (trade[5] ?? 0)),
  };
}

const at = (table: Table, name: string, row: number) => findNumbers(table, name)![row]!;

describe('option flow', () => {
  // The second session's bars are rows 13 to 25; its previous close is that of row 12.
  const previousClose = bars.close[12]!;
  const built = buildMatrix(
    ask({
      label: parseLabelKind('none'),
      flowColumns: { ...FLOW_DEFAULTS, distanceMax: 2, atm: true, dealer: true },
      flow: drawnFlow(previousClose, [
        [14, 0, 1, 10, 500],
        [14, -2, 0, 30, 900],
        [14, 2, 1, 5, 20],
        [14, 3, 1, 1000, 1000],
        [14, 0.5, 1, 1000, 1000],
        [15, 1, 0, 7, 70, 7],
        [16, 9, 1, 4, 40],
      ]),
    }),
  );

  it('sums volume and premium by strike about the previous close, the expiry of the day alone', () => {
    const { table } = built;
    expect(at(table, 'spy_prev_close', 14)).toBe(previousClose);
    const sold = [-2, -1, 0, 1, 2].map((d) => [at(table, `calls_sold_d${d}`, 14), at(table, `puts_sold_d${d}`, 14)]);
    expect(sold).toEqual([
      [0, 30],
      [0, 0],
      [10, 0],
      [0, 0],
      [5, 0],
    ]);
    expect(at(table, 'calls_premium_d0', 14)).toBe(500);
    expect(at(table, 'puts_premium_d-2', 14)).toBe(900);
  });

  it('has the aggregates of sigma 10.4', () => {
    const of = (name: string) => at(built.table, name, 14);
    expect([of('calls_sold_total'), of('puts_sold_total')]).toEqual([15, 30]);
    expect(of('pc_ratio')).toBe((30 + 1e-6) / (15 + 1e-6));
    expect(of('imbalance')).toBe(-15);
    expect([of('calls_premium_total'), of('puts_premium_total')]).toEqual([520, 900]);
    expect(of('dealer_sold_premium_imbalance')).toBe((900 - 520) / (900 + 520 + 1e-6));
    expect([of('atm_calls'), of('atm_puts'), of('atm_imbalance'), of('mm_profit_dir_simple')]).toEqual([10, 0, 10, 1]);
  });

  it('is null, not zero, in bars without a trade in an option of the day, and zero where all was traded far away', () => {
    for (const row of [0, 13, 15, 17]) expect(at(built.table, 'calls_sold_total', row)).toBeNaN();
    expect(at(built.table, 'calls_sold_total', 16)).toBe(0);
    expect(built.warnings).toContainEqual(expect.stringMatching(/^option flow is null in \d+ of \d+ rows/));
  });

  it('stands between the keys and the prices, and among the features', () => {
    const { table, featureColumns } = buildMatrix(ask());
    const names = table.columns.map(({ name }) => name);
    const flowNames = flowColumnNames({ ...FLOW_DEFAULTS, distanceMax: 3 });
    expect(names.slice(4, 4 + flowNames.length)).toEqual(flowNames);
    expect(names[4 + flowNames.length]).toBe('spy_prev_close');
    expect(featureColumns.slice(0, flowNames.length)).toEqual(flowNames);
    expect(flowNames).toHaveLength(4 * 7 + 7);
  });

  it('gives a model only what it wants', () => {
    const wish = { ...FLOW_DEFAULTS, perDistance: false, ratios: false };
    const { featureColumns } = buildMatrix(ask({ flowColumns: wish }));
    expect(featureColumns.slice(0, 5)).toEqual([
      'calls_sold_total',
      'puts_sold_total',
      'calls_premium_total',
      'puts_premium_total',
      'rsi_14',
    ]);
    expect(buildMatrix(ask({ features: ['pc_ratio', 'rsi'] })).featureColumns).toEqual(['pc_ratio', 'rsi_14']);
    expect(() => buildMatrix(ask({ flowColumns: undefined, features: ['pc_ratio'] }))).toThrow(/Unknown feature/);
  });

  it('finds the strike of least pain by hand', () => {
    const asOf = bars.tsEndMs[13]!;
    // Paid out at 95: 0 + 2 * 5 (the put of 100). At 100: 10 calls of 95 x 5. At 105: 10 x 10.
    const piles = [
      [95, 1, 10],
      [100, 0, 2],
      [105, 1, 3],
    ] as const;
    const drawn = {
      ...chain,
      rows: 3,
      asOfMs: new Float64Array(3).fill(asOf),
      expiryMs: new Float64Array(3).fill(bars.tsEndMs[25]!),
      strike: Float64Array.from(piles, ([strike]) => strike),
      isCall: Uint8Array.from(piles, ([, isCall]) => isCall),
      openInterest: Float64Array.from(piles, ([, , interest]) => interest),
      ...{ iv: new Float64Array(3), delta: new Float64Array(3), gamma: new Float64Array(3) },
    };
    const label = parseLabelKind('none');
    const { table } = buildMatrix(ask({ label, chain: drawn, flowColumns: { ...FLOW_DEFAULTS, interest: true } }));
    expect(at(table, 'distance_to_max_pain', 13)).toBe(bars.close[13]! - 95);
    expect(at(table, 'oi_concentration', 13)).toBeCloseTo((10 / 15) ** 2 + (2 / 15) ** 2 + (3 / 15) ** 2, 12);
    expect(at(table, 'distance_to_max_pain', 12)).toBeNaN();
    // The expiry has passed for the bars of the next session.
    expect(at(table, 'distance_to_max_pain', 26)).toBeNaN();
  });

  it('knows nothing of what comes later, and stays the same when it does', () => {
    const interest = { ...FLOW_DEFAULTS, distanceMax: 2, atm: true, dealer: true, interest: true };
    expect(buildMatrix(ask({ flowColumns: interest, leakCheck: { cuts: 10 } })).leaks).toEqual([]);
    const endDay = bars.session[26 * 13]!;
    const early = {
      endDay,
      chain: madeChain(madeBars({ interval: '30m', sessions: 30 }), [9 * 60 + 35, 14 * 60 + 50]),
    };
    expect(formatMatrixCsv(buildMatrix(ask(early)).table)).toBe(formatMatrixCsv(buildMatrix(ask({ endDay })).table));
  });

  it.each([
    ['the flow of the bar after', ({ flow: one }: MarketData, ms: number) => one!.volume[countKnown(one!.tsEndMs, ms)]],
    ['what will be paid', ({ flow: one }: MarketData, ms: number) => one!.premium[countKnown(one!.tsEndMs, ms) + 3]],
    ['the next snapshot', ({ chain: one }: MarketData, ms: number) => one!.openInterest[countKnown(one!.asOfMs, ms)]],
  ] as const)('%s is found out', (_, peek) => {
    const peeping = defineIndicator({
      ...indicators[0]!,
      name: 'peeping',
      aliases: [],
      params: {},
      outputs: () => ['peeping'],
      lookback: () => 0,
      compute: (market) => [market.bars.tsEndMs.map((ms) => peek(market, ms) ?? Number.NaN)],
    });
    const registry = [...indicators, peeping];
    const { leaks } = buildMatrix(ask({ indicators: resolveIndicators(['rsi', 'peeping'], registry), registry }));
    expect(leaks.map(({ column }) => column)).toEqual(['peeping']);
  });

  it('that is missing is null, with the reason in the quality report', () => {
    const bare = buildMatrix(ask({ chain: undefined, quotes: undefined, flow: undefined }));
    const quality = checkQuality(bare.table, { featureColumns: bare.featureColumns, missing: bare.missing });
    expect(findNumbers(bare.table, 'pc_ratio')!.every(Number.isNaN)).toBe(true);
    expect(quality.missingData.map(({ name }) => name)).toEqual([
      'pcr_volume',
      'oi_peak_strike',
      'iv_skew25_delta',
      'option flow',
    ]);
    expect(quality.missingData.at(-1)!.reason).toBe('option volume by strike of SPY is missing');
    expect(quality.ok).toBe(false);
    expect(quality.nan.fail).toContain('pc_ratio');
  });
});

describe.each([
  ['headfake_reversal', { min_open_move_atr: 0.05, min_reversal_move_atr: 0.05 }, 630],
  ['pin_drift', { min_pull_atr: 0.02 }, 900],
] as const)('the label %s', (kind, params, minute) => {
  const label = parseLabelKind(kind, params);
  const built = buildMatrix(ask({ label }));
  const labelled = built.labelled!;

  it('gives one row a session, at its minute, known at the close', () => {
    expect(built.table.rows).toBeGreaterThan(25);
    expect(new Set(labelled.session).size).toBe(built.table.rows);
    for (let row = 0; row < built.table.rows; row++) {
      expect(newYorkMinute(labelled.t0Ms[row]!)).toBe(minute);
      expect(newYorkMinute(labelled.t1Ms[row]!)).toBe(960);
    }
    expect(built.label).toEqual({ kind, kSigma: null, fixedBp: null, horizonBars: 1 });
  });

  it('says whether the event came, which side it bets on and what the rest of the session brought', () => {
    const { UP, DOWN, FLAT } = built.labelBalance;
    expect(UP).toBeGreaterThan(3);
    expect(DOWN).toBeGreaterThan(3);
    expect(FLAT).toBe(0);
    for (let row = 0; row < built.table.rows; row++) {
      const last = bars.session.lastIndexOf(labelled.session[row]!);
      expect(labelled.horizonReturn[row]).toBe(bars.close[last]! / labelled.close[row]! - 1);
      expect(labelled.barReturn[row]).toBe(labelled.horizonReturn[row]);
      expect(labelled.nextClose[row]).toBe(bars.close[last]);
      // An event that came made money on its side.
      if (labelled.y[row] === 2) expect(labelled.labelSide[row]! * labelled.horizonReturn[row]!).toBeGreaterThan(0);
    }
    expect(labelled.labelSide.some((side) => side === 1) && labelled.labelSide.some((side) => side === -1)).toBe(true);
  });

  it('comes back from its CSV', () => {
    const { featureColumns, isIntraday, label: described } = built;
    const back = labelledFromTable(parseMatrixCsv(formatMatrixCsv(built.table)), {
      featureColumns,
      isIntraday,
      horizonBars: described.horizonBars,
    });
    expect(back.labelled).toEqual(labelled);
  });

  it('asked for as a feature is found out', () => {
    const { leaks } = buildMatrix(ask({ label, features: ['rsi', 'label_side', 'y'], leakCheck: { cuts: 20 } }));
    expect(leaks.map(({ column }) => column)).toContain('y');
    expect(buildMatrix(ask({ label, leakCheck: { cuts: 10 } })).leaks).toEqual([]);
  });
});

it('an event label without its data gives no row and says why', () => {
  const blind = buildMatrix(ask({ label: parseLabelKind('pin_drift'), chain: undefined }));
  expect(blind.table.rows).toBe(0);
  expect(blind.missing).toContainEqual({ name: 'label', reason: 'open interest and gamma by strike are missing' });
  const coarse = buildMatrix(
    ask({
      label: parseLabelKind('headfake_reversal'),
      interval: 'hour',
      bars: madeBars({ interval: 'hour', sessions: 40 }),
    }),
  );
  expect(coarse.table.rows).toBe(0);
  expect(coarse.missing.at(-1)!.reason).toMatch(/no bar ends at 10:30/);
});
