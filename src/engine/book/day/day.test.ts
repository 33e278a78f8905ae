import { expect, test } from 'vitest';
import { addValidations, examinedBlocks, sampleIndices, validateBlock } from './audit.js';
import type { BookRows } from './book-rows.js';
import { EventGroups, HiddenTrades } from './event-groups.js';
import { BookFeatures, FEATURES, type FeatureName } from './features.js';
import { HeatmapMaker, sampledRows } from './heatmap.js';
import { levelChanges } from './level-changes.js';
import { type MadeRow, madeRows, OPEN_NS, WORKED_ROWS } from './made-rows.fixture.js';
import { MinuteBarsMaker } from './minute-bars.js';
import { DayQualityMaker } from './quality.js';
import { QUALITY_LIMITS } from './quality-alerts.js';
import { sessionOf } from './sessions.js';
import { SHARD_FEATURES, trainingShardOf } from './training-shard.js';

const MINUTE_NS = 60_000_000_000;
const QUALITY = { hasLastFlags: true, bookErrors: 0, limits: QUALITY_LIMITS };
const BID = [[100, 300, 2]] as const;
const ASK = [[100.02, 200, 1]] as const;

function hiddenOf(rows: BookRows, hasLastFlags = true): Uint8Array {
  const hidden = new HiddenTrades({ rows: rows.rows, hasLastFlags });
  hidden.push(rows);
  return hidden.finish();
}

const featuresOf = (rows: BookRows) => new BookFeatures({ isHidden: hiddenOf(rows) }).push(rows);

function qualityOf(made: readonly MadeRow[], options = QUALITY) {
  const rows = madeRows(made);
  const maker = new DayQualityMaker(options);
  maker.push(rows, featuresOf(rows));
  return maker.finish();
}

test('the worked book has the figures that the contract prints', () => {
  const quality = qualityOf(WORKED_ROWS);
  expect(quality).toMatchObject({
    records: 13,
    trades: 2,
    groupsA: 1,
    properGroupsA: 1,
    groupsB: 1,
    midSpread: 1,
    bboCrossed: 0,
    bboLocked: 0,
    icebergRefills: 0,
    actions: { R: 1, A: 5, T: 2, C: 2, M: 3 },
  });
  const rows = madeRows(WORKED_ROWS);
  const hidden = featuresOf(rows).columns.hidden_trade_sz;
  expect([...hidden].flatMap((size, i) => (size > 0 ? [i, size] : []))).toEqual([8, 50]);
  const validation = validateBlock(rows, { total: 13, hasLastFlags: true });
  expect(validation).toMatchObject({ trades: 2, tradesUnchanged: 2, groupsA: 1, properGroupsA: 1, sortedRows: 13 });
});

test('features of a row are what the contract defines, computed by hand', () => {
  const rows = madeRows([
    {
      ns: 0,
      action: 'A',
      bids: [
        [100, 300, 2],
        [99.98, 100, 1],
      ],
      asks: [
        [100.02, 200, 1],
        [100.03, 100, 4],
      ],
    },
  ]);
  const { columns } = featuresOf(rows);
  const close = (name: FeatureName, value: number) => expect(columns[name][0], name).toBeCloseTo(value, 9);
  close('mid_price', 100.01);
  close('spread', 0.02);
  close('imbalance_l1', 100 / 500);
  close('imbalance', 100 / 700);
  close('depth_bid', 400);
  close('depth_ask', 300);
  // Bids: cumulative 300, 400 at 1 and 3 ticks; asks: 200, 300 at 1 and 2 ticks.
  close('book_slope_bid', 50);
  close('book_slope_ask', 100);
  close('ct_sz_ratio_bid', 3 / 400);
  close('ct_sz_ratio_ask', 5 / 300);
  close('r_value', (300 * 1 + 100 * 3 + 200 * 1 + 100 * 2) / 700);
  for (const name of ['delta_r', 'boundary_bid', 'delta_mid_price', 'delta_spread', 'is_trade'] as const)
    close(name, 0);
});

test('what enters or leaves through the tenth level is told apart from what the event did', () => {
  const ten = Array.from({ length: 10 }, (_, k) => [100 - k / 100, 10 + k, 1] as const);
  const pushed = [[100.01, 50, 1] as const, ...ten.slice(0, 9)];
  const rows = madeRows([
    { ns: 0, action: 'A', side: 'B', price: 100, size: 10, bids: ten, asks: [[101, 5, 1]] },
    { ns: 1, action: 'A', side: 'B', price: 100.01, size: 50, bids: pushed, asks: [[101, 5, 1]] },
    { ns: 2, action: 'C', side: 'B', price: 100.01, size: 50, bids: ten, asks: [[101, 5, 1]] },
    { ns: 3, action: 'R' },
    { ns: 4, action: 'A', side: 'B', price: 100, size: 10, bids: [[100, 10, 1]], asks: [[101, 5, 1]] },
  ]);
  // The tenth level held 19: the new best pushes it out, its cancel brings it back.
  expect([...featuresOf(rows).columns.boundary_bid]).toEqual([0, -19, 19, Number.NaN, 0]);
});

test('rows that are not two-sided have no features, and the next two-sided row is compared across them', () => {
  const rows = madeRows([
    { ns: 0, action: 'A', bids: BID, asks: ASK },
    { ns: 1, action: 'C', side: 'A', price: 100.02, size: 200, bids: BID },
    { ns: 2, action: 'A', side: 'A', price: 100.04, size: 100, bids: BID, asks: [[100.04, 100, 1]] },
  ]);
  const { columns } = featuresOf(rows);
  for (const name of FEATURES) expect(columns[name][1], name).toBeNaN();
  expect(columns.delta_mid_price[2]).toBeCloseTo(0.01, 9);
  expect(columns.delta_ask_sz_00[2]).toBe(-100);
});

test('a file cut into stretches gives the features, groups and quality of the whole', () => {
  const made = Array.from({ length: 40 }, (_, i) => ({
    ...WORKED_ROWS[i % 13]!,
    ns: i * 1_000_000,
    sequence: 1 + Math.floor(i / 13) * 12 + WORKED_ROWS[i % 13]!.sequence!,
  }));
  const whole = madeRows(made);
  const expected = featuresOf(whole);
  for (const cut of [1, 7, 8, 20]) {
    const parts = [madeRows(made.slice(0, cut)), madeRows(made.slice(cut), cut)];
    const maker = new BookFeatures({ isHidden: hiddenOf(whole) });
    const quality = new DayQualityMaker(QUALITY);
    const features = parts.map((part) => {
      const pushed = maker.push(part);
      quality.push(part, pushed);
      return pushed;
    });
    for (const name of FEATURES)
      expect(features.flatMap(({ columns }) => [...columns[name]])).toEqual([...expected.columns[name]]);
    expect(quality.finish()).toEqual(qualityOf(made));
  }
});

test('a group goes on after a row without F_LAST, and after a trade of the same sequence', () => {
  const kindsOf = (made: readonly MadeRow[], hasLastFlags = true) => {
    const groups = new EventGroups({ hasLastFlags });
    const rows = madeRows(made);
    const closed = made.map((_, i) => groups.step(rows, i)).filter((group) => group !== undefined);
    return [...closed, ...groups.finish()].map(({ kind, rows, isProper }) => [kind, rows.length, isProper]);
  };
  const [T, C] = [
    { ns: 0, action: 'T', sequence: 5 },
    { ns: 0, action: 'C', sequence: 5 },
  ];
  expect(kindsOf([T, C])).toEqual([['A', 2, true]]);
  expect(
    kindsOf([
      { ...T, flags: 0 },
      { ...C, sequence: 6 },
    ]),
  ).toEqual([['A', 2, true]]);
  expect(kindsOf([T, { ...C, sequence: 6 }])).toEqual([
    ['B', 1, true],
    ['C', 1, true],
  ]);
  expect(kindsOf([{ ...C, flags: 0 }, T])).toEqual([['A', 2, false]]);
  // CME: the trade and its change have sequences of their own, the change may stand first.
  expect(kindsOf([{ ...C, flags: 0, sequence: 4 }, T])).toEqual([['A', 2, true]]);
  expect(
    kindsOf(
      [
        { ...T, flags: 0 },
        { ...C, flags: 0 },
      ],
      false,
    ),
  ).toEqual([['A', 2, true]]);
  expect(
    kindsOf(
      [
        { ...T, flags: 0, sequence: 0 },
        { ...C, flags: 0, sequence: 0, ns: 1 },
      ],
      false,
    ),
  ).toEqual([
    ['B', 1, true],
    ['C', 1, true],
  ]);
});

test('instruments that mix in one file have groups of their own', () => {
  const rows = madeRows([
    { ns: 0, action: 'T', sequence: 5, flags: 0, instrumentId: 1 },
    { ns: 0, action: 'T', sequence: 6, instrumentId: 2 },
    { ns: 0, action: 'C', sequence: 5, instrumentId: 1 },
  ]);
  expect([...hiddenOf(rows)]).toEqual([0, 1, 0]);
});

test('a level that is eaten whole and comes back within a millisecond is an iceberg, one that comes later is not', () => {
  const eaten = (refillNs: number, rowsBetween = 0, traded = 200): MadeRow[] => [
    { ns: 0, action: 'A', side: 'A', price: 100.02, size: 200, sequence: 1, bids: BID, asks: ASK },
    { ns: 10, action: 'T', side: 'B', price: 100.02, size: traded, sequence: 2, flags: 0, bids: BID, asks: ASK },
    { ns: 10, action: 'C', side: 'A', price: 100.02, size: 200, sequence: 2, bids: BID, asks: [[100.03, 1, 1]] },
    ...Array.from({ length: rowsBetween }, (_, i) => ({ ns: 10, action: 'M', side: 'B', sequence: 3 + i, bids: BID })),
    { ns: refillNs, action: 'A', side: 'A', price: 100.02, size: 200, sequence: 50, bids: BID, asks: ASK },
  ];
  expect(qualityOf(eaten(1_000_010)).icebergRefills).toBe(1);
  expect(qualityOf(eaten(1_000_011)).icebergRefills).toBe(0);
  expect(qualityOf(eaten(20, 9)).icebergRefills).toBe(1);
  expect(qualityOf(eaten(20, 10)).icebergRefills).toBe(0);
  expect(qualityOf(eaten(20, 0, 199)).icebergRefills).toBe(0);
});

test('a hidden trade counts inside the spread only while the book is fresh', () => {
  const trade = (ns: number, more: Partial<MadeRow> = {}): MadeRow[] => [
    { ns: 0, action: 'A', side: 'B', price: 100, size: 300, bids: BID, asks: ASK },
    { ns, action: 'T', price: 100.01, size: 5, bids: BID, asks: ASK, ...more },
  ];
  expect(qualityOf(trade(1_000_000_000)).midSpread).toBe(1);
  expect(qualityOf(trade(1_000_000_001)).midSpread).toBe(0);
  expect(qualityOf(trade(5, { isSuspect: true })).midSpread).toBe(0);
  expect(qualityOf(trade(5, { price: 100 })).midSpread).toBe(0);
});

test('crossed and locked books are judged at the end of an event, and raise alerts', () => {
  const crossed: MadeRow = { ns: 0, action: 'A', bids: [[100.03, 1, 1]], asks: ASK };
  const locked: MadeRow = { ns: 1, action: 'A', bids: [[100.02, 1, 1]], asks: ASK };
  const quality = qualityOf([crossed, { ...crossed, flags: 0 }, locked]);
  expect(quality).toMatchObject({ judged: 2, bboCrossed: 1, bboLocked: 1, spreadMean: 0, spreadMedian: 0 });
  expect(quality.alerts.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    'error: BBO crossed on 1 records (50.00%)',
    'warning: BBO locked on 1 records (50.00%)',
    'warning: only 3 records',
    'warning: no trades',
  ]);
  const unmarked = qualityOf(
    [
      { ...crossed, flags: 0 },
      { ...locked, flags: 0 },
    ],
    { ...QUALITY, hasLastFlags: false },
  );
  expect(unmarked.judged).toBe(2);
});

test('a quiet spell within regular hours raises an alert; the edges of the session do not', () => {
  const at = (minute: number): MadeRow => ({ ns: minute * MINUTE_NS, action: 'A', bids: BID, asks: ASK });
  const alerts = (minutes: readonly number[]) =>
    qualityOf(minutes.map(at)).alerts.filter(({ message }) => message.startsWith('no events'));
  expect(alerts([-90, 5, 16, 20])).toEqual([{ level: 'warning', message: 'no events between 09:35 and 09:46 ET' }]);
  expect(alerts([5, 15, 25])).toEqual([]);
});

test('bars take prices from trades, else from mids, else from the close before', () => {
  const made: MadeRow[] = [
    { ns: 0, action: 'A', bids: BID },
    { ns: MINUTE_NS, action: 'A', bids: BID, asks: ASK },
    { ns: MINUTE_NS + 1, action: 'A', bids: BID, asks: [[100.04, 200, 1]] },
    { ns: 2 * MINUTE_NS, action: 'T', price: 100.5, size: 7, bids: BID, asks: ASK },
    { ns: 2 * MINUTE_NS + 1, action: 'T', price: 100.4, size: 3, bids: BID, asks: ASK },
    { ns: 3 * MINUTE_NS, action: 'C', bids: BID },
    { ns: 5 * MINUTE_NS, action: 'A', bids: BID, asks: ASK },
  ];
  const rows = madeRows(made);
  const maker = new MinuteBarsMaker();
  maker.push(rows, featuresOf(rows));
  const { rows: count, columns } = maker.finish();
  const openMs = Number(OPEN_NS / 1_000_000n);
  expect([...columns.ts].map((ts) => (ts - openMs) / 60_000)).toEqual([1, 2, 3, 5]);
  expect(count).toBe(4);
  expect([...columns.open]).toEqual([100.01, 100.5, 100.4, 100.01]);
  expect([...columns.high]).toEqual([100.02, 100.5, 100.4, 100.01]);
  expect([...columns.low]).toEqual([100.01, 100.4, 100.4, 100.01]);
  expect([...columns.close]).toEqual([100.02, 100.4, 100.4, 100.01]);
  expect([...columns.volume]).toEqual([0, 10, 0, 0]);
  expect([...columns.hidden_trade_volume]).toEqual([0, 10, 0, 0]);
  expect(columns.trade_intensity[1]).toBe(2 / 60);
  // The label looks exactly one minute ahead: no bar stands 60 s after the third.
  expect(columns.return_1m[0]).toBeCloseTo(100.4 / 100.02 - 1, 12);
  expect([...columns.direction_1m]).toEqual([1, 0, Number.NaN, Number.NaN]);
  const shard = trainingShardOf({ rows: count, columns });
  expect(shard.rows).toBe(2);
  expect(SHARD_FEATURES).toHaveLength(21);
});

test('sessions follow the clocks of New York, in winter and in summer', () => {
  const at = (text: string) => sessionOf(Date.parse(text));
  expect(at('2026-02-02T14:30:00Z')).toBe('rth');
  expect(at('2026-07-02T13:30:00Z')).toBe('rth');
  expect(at('2026-02-02T14:29:59.999Z')).toBe('extended');
  expect(at('2026-02-02T21:00:00Z')).toBe('extended');
  expect(at('2026-02-02T08:59:59Z')).toBeUndefined();
  expect(sessionOf(Date.parse('2026-02-02T18:00:00Z'), 13 * 60)).toBe('extended');
});

test('a sample is decided by seed, total and count alone', () => {
  // Floyd over splitmix64 written out independently, with BigInt throughout.
  const reference = (total: bigint, n: bigint, seed: bigint) => {
    const mask = (1n << 64n) - 1n;
    let state = seed;
    const next = () => {
      state = (state + 0x9e3779b97f4a7c15n) & mask;
      let z = state;
      z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
      z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
      return z ^ (z >> 31n);
    };
    const taken: bigint[] = [];
    for (let j = total - n; j < total; j++) {
      const t = next() % (j + 1n);
      taken.push(taken.includes(t) ? j : t);
    }
    return taken.map(Number).sort((a, b) => a - b);
  };
  for (const seed of [0, 1, 42, 2 ** 53 - 1])
    expect(sampleIndices(10_000_000, 50, seed)).toEqual(reference(10_000_000n, 50n, BigInt(seed)));
  expect(sampleIndices(5, 10, 42)).toEqual([0, 1, 2, 3, 4]);
  expect(sampleIndices(0, 10, 42)).toEqual([]);
});

test('validation examines twenty blocks of a long file and joins their figures', () => {
  const blocks = examinedBlocks(1_000_000);
  expect(blocks).toHaveLength(20);
  expect(blocks[0]).toEqual({ from: 0, to: 10_000 });
  expect(blocks[19]).toEqual({ from: 990_000, to: 1_000_000 });
  expect(examinedBlocks(200_000)).toEqual([{ from: 0, to: 200_000 }]);
  const cut = validateBlock(madeRows(WORKED_ROWS.slice(7), 7), { total: 13, hasLastFlags: true });
  // The cancel at the edge belongs to a trade that the block does not hold.
  expect(cut).toMatchObject({ groupsA: 0, trades: 1, tradesUnchanged: 1 });
  expect(addValidations([cut, cut]).rows).toBe(12);
});

test('the heatmap has a row an offset and a column a sample', () => {
  const rows = madeRows([
    { ns: 0, action: 'A', bids: BID, asks: ASK },
    { ns: 2_000_000, action: 'T', side: 'B', price: 100.02, size: 9, bids: BID, asks: ASK },
  ]);
  const maker = new HeatmapMaker({ priceRange: 2, tick: 0.01 });
  maker.addSample(rows, 0);
  maker.addTrade(rows, 1);
  const { offsets, depth, mids, trades } = maker.finish();
  expect(offsets).toEqual([2, 1, 0, -1, -2]);
  expect(depth).toEqual([[0], [200], [0], [300], [0]]);
  expect(mids).toEqual([100.01]);
  expect(trades).toEqual([{ tsMs: 1_770_042_600_002, sample: 0, priceOffset: 1, side: 'B', size: 9 }]);
  expect(sampledRows(10, 4)).toEqual([0, 2, 5, 7]);
  expect(sampledRows(3, 4)).toEqual([0, 1, 2]);
});

test('levels say how they changed since the row before', () => {
  const rows = madeRows([
    { ns: 0, action: 'A', bids: BID, asks: ASK },
    {
      ns: 1,
      action: 'A',
      bids: [
        [100.01, 5, 1],
        [100, 250, 2],
      ],
      asks: ASK,
    },
  ]);
  const changes = levelChanges('bids', rows, 1, { rows, row: 0 });
  expect(changes.map(({ sz, deltaSz }) => [sz, deltaSz])).toEqual([
    [5, 5],
    [250, -50],
  ]);
  expect(levelChanges('bids', rows, 0)[0]?.deltaSz).toBe(300);
});
