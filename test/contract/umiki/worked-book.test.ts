import { expect, it } from 'vitest';
import { openUmikiHouse } from './umiki-house.js';
import { workedBook } from './worked-book.js';

const house = await openUmikiHouse();
const NAME = 'symbol=NVDA&date=2026-02-02';
const uploaded = await house.upload(NAME, await workedBook());
const job = await house.run({ symbols: ['NVDA'] });

it('decodes the worked book to thirteen rows with the figures of the contract', async () => {
  expect(uploaded.status).toBe(200);
  expect(uploaded.json).toMatchObject({ zone: 'raw', kind: 'raw', n_records: 14, symbol: 'NVDA' });
  expect([job.status, job.error]).toEqual(['completed', null]);
  expect(job.stages).toEqual(['download', 'decode', 'derive', 'qc']);
  const { json: report } = await house.get('/api/qc/2026-02-02/NVDA');
  expect(report).toMatchObject({
    n_records: 13,
    n_trades: 2,
    n_groups_a: 1,
    n_groups_b: 1,
    n_mid_spread: 1,
    n_bbo_crossed: 0,
    n_bbo_locked: 0,
    action_dist: { R: 1, A: 5, T: 2, C: 2, M: 3 },
  });
  const { json: validation } = await house.get(`/api/audit/validate?${NAME}`);
  expect(validation).toMatchObject({
    total_records: 13,
    sample_size: 13,
    trade_bbo_unchanged_pct: 100,
    group_a_proper_order_pct: 100,
    n_trades_checked: 2,
    n_groups_checked: 1,
  });
});

it('replays it with the book after each event, and the hidden size of the tenth', async () => {
  const { json } = await house.get(`/api/data/replay?${NAME}&limit=13`);
  expect(json).toMatchObject({ total_in_range: 13, returned: 13, has_more: false });
  const book = (i: number) =>
    ['bids', 'asks'].map((side) =>
      json.frames[i][side].map((l: { px: number; sz: number; ct: number }) => [l.px, l.sz, l.ct]),
    );
  expect(book(0)).toEqual([[], []]);
  expect(book(5)).toEqual([
    [
      [187.25, 400, 2],
      [187.24, 200, 1],
    ],
    [
      [187.27, 400, 1],
      [187.28, 100, 1],
    ],
  ]);
  expect(book(12)).toEqual([
    [
      [187.26, 200, 1],
      [187.25, 600, 2],
    ],
    [
      [187.27, 250, 1],
      [187.29, 10, 1],
    ],
  ]);
  // Fills make no row: the tenth event is the ninth row.
  expect(json.frames[8]).toMatchObject({ event: { action: 'T', side: 'N', price: 187.26, size: 50 } });
  expect(
    json.frames.map((frame: { star_graph: { hidden_trade_sz: number } }) => frame.star_graph.hidden_trade_sz),
  ).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 50, 0, 0, 0, 0]);
  expect(json.frames[7].asks[0]).toEqual({ px: 187.27, sz: 250, ct: 1, delta_sz: -150 });
  expect(json.frames[0].event).toEqual({ action: 'R', side: 'N', depth: 0, price: 0, size: 0 });
});

it('samples the same rows for everybody, the moments to the nanosecond', async () => {
  const { json } = await house.get(`/api/audit/sample?${NAME}&n=13`);
  expect([json.total_records, json.n_samples]).toEqual([13, 13]);
  expect(json.snapshots.map((row: { record_index: number }) => row.record_index)).toEqual([...Array(13).keys()]);
  expect(json.snapshots[0]).toEqual({
    record_index: 0,
    ts_event: '2026-02-02T14:30:00.000000000Z',
    action: 'R',
    side: 'N',
    depth: 0,
    price: null,
    size: 0,
    bids: [],
    asks: [],
  });
  expect(json.snapshots[12].ts_event).toBe('2026-02-02T14:30:00.013000000Z');
  const few = async (seed: number) =>
    (await house.get(`/api/audit/sample?${NAME}&n=3&seed=${seed}`)).json.snapshots.map(
      (row: { record_index: number }) => row.record_index,
    );
  expect(await few(7)).toEqual(await few(7));
  expect((await house.get('/api/audit/sample?symbol=NVDA&date=2026-02-03')).json).toEqual({
    detail: 'No canonical data for NVDA 2026-02-03',
  });
});

it('finds the book at a moment, and none before the first row', async () => {
  const at = (ts: string) => house.get(`/api/data/book?${NAME}&ts=${ts}`);
  const { json } = await at('2026-02-02T14:30:00.009Z');
  expect(json.event).toMatchObject({ action: 'T', price: 187.26 });
  expect(json.bids[0]).toEqual({ level: 0, px: 187.25, sz: 400, ct: 2 });
  expect(json.features.mid_price).toBeCloseTo(187.26, 9);
  expect((await at('2026-02-02T14:29:59Z')).status).toBe(404);
  expect((await at('2026-03-02T14:29:59Z')).status).toBe(422);
});

it('gives ticks of forty-eight columns and a heatmap of offsets by samples', async () => {
  const { json: ticks } = await house.get(`/api/data/ticks?${NAME}`);
  expect([ticks.columns.length, ticks.rows.length, ticks.total_in_range]).toEqual([48, 13, 13]);
  expect(ticks.rows.every((row: unknown[]) => row.length === 48)).toBe(true);
  const { json: heat } = await house.get(`/api/data/heatmap?${NAME}&price_range=3`);
  expect(heat.offsets).toEqual([3, 2, 1, 0, -1, -2, -3]);
  // The first four rows have no ask, so they are not two-sided.
  expect([heat.n_samples, heat.total_in_range, heat.depth.length, heat.depth[0].length]).toEqual([9, 9, 7, 9]);
  expect(heat.depth[3]).toEqual(Array(9).fill(0));
  expect(heat.trades.map((trade: { size: number; side: string }) => [trade.size, trade.side])).toEqual([
    [150, 'B'],
    [50, 'N'],
  ]);
  expect((await house.get(`/api/data/heatmap?symbol=NVDA&date=2026-02-03`)).json).toMatchObject({
    n_samples: 0,
    total_in_range: 0,
  });
  expect((await house.get('/api/data/heatmap?symbol=ZZZZ&date=2026-02-03')).json).toEqual({
    detail: 'No data for ZZZZ',
  });
});
