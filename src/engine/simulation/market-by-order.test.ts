import { describe, expect, it } from 'vitest';
import { ASK, BID, createOrderBooks, TELL } from '../book/order-books.js';
import type { MboBlock } from '../frame/dbn-block.js';
import { createRng } from '../random/xoshiro128.js';
import { dayClock, EXTENDED_DAY, REGULAR_DAY } from './day-clock.js';
import { expectedShare } from './intraday-pattern.js';
import { type MarketByOrderTruth, simulateMarketByOrder } from './simulate-market-by-order.js';

const START = 1_770_042_600_000_000_000n;
const SESSION_NS = 6.5 * 3600e9;
const INSTRUMENT = { publisherId: 2, instrumentId: 11_667 };

function day(records: number, seed = 1, given: Partial<Parameters<typeof simulateMarketByOrder>[0]> = {}) {
  const blocks: MboBlock[] = [];
  const steps = simulateMarketByOrder(
    { ...INSTRUMENT, startNs: START, records, blockRows: 4096, ...given },
    createRng(seed),
  );
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return { blocks, truth: value };
    blocks.push(value);
  }
}

interface Row {
  readonly action: string;
  readonly side: string;
  readonly id: bigint;
  readonly price: bigint;
  readonly size: number;
  readonly flags: number;
  readonly sequence: number;
  readonly sinceNs: number;
  readonly delayNs: number;
  readonly delta: number;
}

const rowsOf = (blocks: readonly MboBlock[]): Row[] =>
  blocks.flatMap((block) =>
    Array.from({ length: block.rows }, (_, row) => ({
      action: String.fromCharCode(block.action[row]!),
      side: String.fromCharCode(block.side[row]!),
      id: block.orderId.values[row]!,
      price: block.price.values[row]!,
      size: block.size[row]!,
      flags: block.flags[row]!,
      sequence: block.sequence[row]!,
      sinceNs: Number(block.tsEvent.values[row]! - START),
      delayNs: Number(block.tsRecv.values[row]! - block.tsEvent.values[row]!),
      delta: block.tsInDelta[row]!,
    })),
  );

describe('a simulated day, market by order', () => {
  const { blocks, truth } = day(40_000);
  const rows = rowsOf(blocks);

  it('is one that the book accepts without an error, never crossed or empty where it may be read', () => {
    const books = createOrderBooks();
    let [judged, crossed] = [0, 0];
    const judge = ({
      block,
    }: {
      block: {
        rows: number;
        flags: Uint8Array;
        levels: readonly { bidPx: MboBlock['price']; askPx: MboBlock['price'] }[];
      };
    }) => {
      for (let row = 0; row < block.rows; row++) {
        if ((block.flags[row]! & 128) === 0) continue;
        const { bidPx, askPx } = block.levels[0]!;
        if (bidPx.values[row]! >= askPx.values[row]!) crossed++;
        judged++;
      }
    };
    for (const block of blocks) books.toRows(block, judge, TELL.every);
    books.finishRows(judge);
    expect(crossed).toBe(0);
    expect(judged).toBeGreaterThan(truth.venueEvents - 5);
    const facts = books.facts(INSTRUMENT)!;
    expect(facts.errors).toBe(0);
    expect(facts.orders[0] + facts.orders[1]).toBeGreaterThan(2000);
    expect(books.levels(INSTRUMENT, BID).length).toBeGreaterThan(20);
    expect(books.levels(INSTRUMENT, ASK).length).toBeGreaterThan(20);
  });

  it('gives equal blocks for equal seeds, others for others, and the same records however they are cut', () => {
    expect(rowsOf(day(5000, 3).blocks)).toEqual(rowsOf(day(5000, 3, { blockRows: 100 }).blocks));
    expect(rowsOf(day(5000, 3).blocks)).not.toEqual(rowsOf(day(5000, 4).blocks));
  });

  it('begins with a snapshot in the words of the format, or with a clear', () => {
    const orders = rows.findIndex(({ flags }) => (flags & 128) !== 0);
    expect(rows[0]).toMatchObject({ action: 'R', side: 'N', flags: 40, price: 9_223_372_036_854_775_807n });
    expect(rows.slice(1, orders).every(({ action, flags }) => action === 'A' && flags === 40)).toBe(true);
    expect(rows[orders]!.flags).toBe(168);
    const cleared = rowsOf(day(500, 1, { opening: 'clear' }).blocks);
    expect(cleared[0]).toMatchObject({ action: 'R', flags: 128 });
    expect(cleared[1]).toMatchObject({ action: 'A', flags: 128 });
  });

  it('tells executions as T, F and C under one number, hidden ones as a lone T, and ends every event with F_LAST', () => {
    let [executions, hidden] = [0, 0];
    rows.forEach((row, i) => {
      if (row.action !== 'T') return;
      if (row.side === 'N') {
        hidden++;
        expect([row.flags, rows[i - 1]!.flags & 128]).toEqual([128, 128]);
        return;
      }
      executions++;
      const [fill, cancel] = [rows[i + 1]!, rows[i + 2]!];
      expect([fill.action, cancel.action]).toEqual(['F', 'C']);
      expect([fill.sequence, cancel.sequence]).toEqual([row.sequence, row.sequence]);
      expect([fill.side, cancel.side].includes(row.side)).toBe(false);
      expect([fill.price, cancel.price, fill.size, cancel.size]).toEqual([row.price, row.price, row.size, row.size]);
      expect(cancel.id).toBe(fill.id);
    });
    expect([executions + hidden, hidden]).toEqual([truth.trades, truth.hiddenTrades]);
    expect(hidden).toBeGreaterThan(80);
    expect(truth.icebergRefills).toBeGreaterThan(20);
    expect(new Set(rows.map(({ action }) => action))).toEqual(new Set(['R', 'A', 'C', 'M', 'T', 'F']));
    expect(rows.at(-1)!.flags & 128).toBe(128);
  });

  it('has times and numbers as a feed has: they never fall, numbers have gaps, the delay is what the record says', () => {
    const isInOrder = (row: Row, i: number) => {
      const last = rows[Math.max(0, i - 1)]!;
      const isLater = row.sinceNs >= last.sinceNs && row.sinceNs + row.delayNs >= last.sinceNs + last.delayNs;
      return isLater && row.sequence >= last.sequence;
    };
    expect(rows.every(isInOrder)).toBe(true);
    expect(rows.every(({ delta, delayNs }) => delta === delayNs && delta >= 165_000)).toBe(true);
    expect(rows.at(-1)!.sequence).toBeGreaterThan(2 * truth.venueEvents);
    expect(rows.at(-1)!.sinceNs).toBeLessThanOrEqual(SESSION_NS);
  });

  it('is as long as was asked and busy at both bells', () => {
    expect(rows.length).toBe(truth.records);
    expect(truth.records - 40_000).toBeLessThan(200);
    const half = 13;
    const counts = new Array<number>(half).fill(0);
    for (const { sinceNs, flags } of rows)
      if ((flags & 32) === 0) counts[Math.min(half - 1, Math.floor((sinceNs / SESSION_NS) * half))]!++;
    const total = counts.reduce((sum, count) => sum + count, 0);
    counts.forEach((count, i) => {
      const expected = total * expectedShare(i / half, (i + 1) / half, 3);
      // A venue event makes several records, so the spread is wider than that of single arrivals.
      expect(Math.abs(count - expected)).toBeLessThan(8 * Math.sqrt(expected));
    });
  });

  it('moves towards what the instrument is worth', () => {
    const ends: MarketByOrderTruth[] = [];
    let agreed = 0;
    for (let seed = 10; seed < 20; seed++) {
      const { blocks: its, truth: end } = day(20_000, seed, { dailyVolatility: 0.03 });
      const books = createOrderBooks();
      for (const block of its) books.apply(block);
      const mid = Number(books.levels(INSTRUMENT, BID, 1)[0]!.price + books.levels(INSTRUMENT, ASK, 1)[0]!.price) / 2e7;
      if (Math.sign(mid - 18_700) === Math.sign(end.worthTicks - 18_700)) agreed++;
      ends.push(end);
    }
    expect(agreed).toBeGreaterThanOrEqual(8);
  });
});

describe('the clock of a day', () => {
  it('spends each piece its share, and never goes back', () => {
    for (const pieces of [REGULAR_DAY, EXTENDED_DAY]) {
      const clock = dayClock(pieces);
      let last = -Infinity;
      for (let i = 0; i <= 1000; i++) {
        const now = clock(i / 1000);
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
      }
      expect([clock(0), clock(1)]).toEqual([pieces[0]!.fromNs, pieces.at(-1)!.toNs]);
    }
    expect(dayClock(EXTENDED_DAY)(0.0599)).toBeLessThan(0);
    expect(dayClock(EXTENDED_DAY)(0.0601)).toBeGreaterThan(0);
  });

  it('is received within a millisecond of each event, before the session begins as well', () => {
    const extended = rowsOf(day(5_000, 2, { pieces: EXTENDED_DAY }).blocks);
    expect(extended[0]!.sinceNs).toBeLessThan(0);
    for (const { delayNs, delta } of extended) {
      expect(delayNs).toBe(delta);
      expect(delayNs).toBeGreaterThan(0);
      expect(delayNs).toBeLessThan(1_000_000);
    }
  });
});
