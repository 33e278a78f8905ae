import { describe, expect, it } from 'vitest';
import { createRng } from '../random/xoshiro128.js';
import { expectedShare, intensityAt } from './intraday-pattern.js';
import { ACTION, F_LAST, type OrderEvents, SIDE } from './order-events.js';
import { ORDER_FLOW_DEFAULTS, simulateOrderFlow } from './simulate-order-flow.js';

const day = simulateOrderFlow({ eventsPerSecond: 1.5 }, createRng(21));

interface Resting {
  side: number;
  tick: number;
  size: number;
}

/** A book by the rules of DBN, checked after every record. */
function replay(events: OrderEvents): { deepest: number; trades: number } {
  const orders = new Map<number, Resting>();
  const best = (side: number) => {
    const ticks = [...orders.values()].filter((order) => order.side === side).map(({ tick }) => tick);
    return side === SIDE.bid ? Math.max(...ticks) : Math.min(...ticks);
  };
  let [deepest, trades] = [0, 0];
  for (let i = 0; i < events.rows; i++) {
    const [action, id, size, tick, side] = [
      events.action[i],
      events.orderId[i]!,
      events.size[i]!,
      events.priceTicks[i]!,
      events.side[i]!,
    ];
    if (i > 0) {
      expect(events.tsNs[i]).toBeGreaterThanOrEqual(events.tsNs[i - 1]!);
      expect(events.sequence[i]! - events.sequence[i - 1]!).toBe(events.flags[i - 1] === F_LAST ? 1 : 0);
    }
    if (action === ACTION.clear) {
      orders.clear();
      continue;
    }
    expect(size).toBeGreaterThan(0);
    expect(tick).toBeGreaterThan(0);
    const resting = orders.get(id);
    if (action === ACTION.add) {
      expect(resting).toBeUndefined();
      orders.set(id, { side, tick, size });
    } else if (action === ACTION.cancel) {
      expect([resting?.side, resting?.tick]).toEqual([side, tick]);
      expect(size).toBeLessThanOrEqual(resting!.size);
      resting!.size -= size;
      if (resting!.size === 0) orders.delete(id);
    } else if (action === ACTION.fill) {
      expect(resting!.size).toBeGreaterThanOrEqual(size);
      // The oldest order of the best price is filled first.
      const queue = [...orders].filter(([, order]) => order.side === side && order.tick === best(side));
      expect(queue[0]![0]).toBe(id);
    } else {
      expect(action).toBe(ACTION.trade);
      trades++;
    }
    if (events.flags[i] === F_LAST) {
      expect(best(SIDE.bid)).toBeLessThan(best(SIDE.ask));
    }
    deepest = Math.max(deepest, orders.size);
  }
  expect(best(SIDE.bid)).toBeLessThan(best(SIDE.ask));
  return { deepest, trades };
}

describe('simulated order flow', () => {
  it('replays to a book that is never crossed, whose sizes are above zero and whose queues are served in order', () => {
    const { deepest, trades } = replay(simulateOrderFlow({ recordsMax: 6000 }, createRng(4)).events);
    expect(trades).toBeGreaterThan(300);
    expect(deepest).toBeGreaterThan(40);
  });

  it('gives equal bytes for equal seeds and others for others', () => {
    const flow = (seed: number) => simulateOrderFlow({ recordsMax: 3000 }, createRng(seed)).events;
    expect(flow(9)).toEqual(flow(9));
    expect(flow(9)).not.toEqual(flow(10));
  });

  it('has the intraday pattern it was given', () => {
    const { events, truth } = day;
    const half = 13;
    const counts = new Array<number>(half).fill(0);
    for (let i = 0; i < events.rows; i++)
      if (events.flags[i] === F_LAST && events.tsNs[i]! > 0)
        counts[Math.floor((events.tsNs[i]! / ORDER_FLOW_DEFAULTS.sessionNs) * half)]!++;
    const total = counts.reduce((sum, count) => sum + count, 0);
    counts.forEach((count, i) => {
      const expected = total * expectedShare(i / half, (i + 1) / half, truth.params.curvature);
      expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
    });
    expect(counts[0]! / counts[6]!).toBeGreaterThan(2.5);
    // And the number of events it was asked for.
    expect(Math.abs(truth.venueEvents - 1.5 * 23_400)).toBeLessThan(4 * Math.sqrt(1.5 * 23_400));
    expect(intensityAt(0.3, 0)).toBe(1);
    expect(expectedShare(0, 1, 3)).toBeCloseTo(1, 12);
  });

  it('is about as much adding, cancelling and trading as was asked for', () => {
    const { events } = day;
    const share = (action: number) => events.action.filter((one) => one === action).length / day.truth.venueEvents;
    expect(share(ACTION.trade)).toBeGreaterThan(0.08);
    expect(share(ACTION.cancel)).toBeGreaterThan(0.4);
    expect(share(ACTION.add)).toBeGreaterThan(0.4);
    expect(events.action.filter((one) => one === ACTION.clear).length).toBe(1);
  });

  it('trades with hidden size that no record had shown', () => {
    const { events, truth } = day;
    let hidden = 0;
    for (let i = 0; i < events.rows; i++)
      if (events.action[i] === ACTION.trade && events.side[i] === SIDE.none) hidden += events.size[i]!;
    expect(hidden).toBe(truth.hiddenTraded);
    expect(hidden).toBeGreaterThan(0);
    expect(truth.hiddenPlaced).toBeGreaterThan(hidden);
  });

  it('spends what it traded: an order of one lot that meets hidden size leaves nothing to show', () => {
    const { events, truth } = simulateOrderFlow({ sizeMean: 1, hiddenShare: 0.2, recordsMax: 20_000 }, createRng(3));
    expect(truth.hiddenTraded).toBeGreaterThan(0);
    for (let i = 0; i < events.rows; i++) {
      if (events.action[i] !== ACTION.trade || events.side[i] !== SIDE.none) continue;
      expect([events.flags[i - 1], events.flags[i]]).toEqual([F_LAST, F_LAST]);
    }
  });

  it('shows icebergs a peak at a time, each under a new id, at one price, never more than they hold', () => {
    const { events, truth } = day;
    const added = new Map<number, { tick: number; size: number; row: number }>();
    for (let i = 0; i < events.rows; i++)
      if (events.action[i] === ACTION.add)
        added.set(events.orderId[i]!, { tick: events.priceTicks[i]!, size: events.size[i]!, row: i });
    const refreshed = truth.icebergs.filter(({ orderIds }) => orderIds.length > 1);
    expect(refreshed.length).toBeGreaterThan(5);
    for (const { orderIds, tick, totalSize } of truth.icebergs) {
      const shown = orderIds.map((id) => added.get(id)!);
      expect(shown.every((add) => add.tick === tick)).toBe(true);
      expect(shown.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(totalSize);
      for (const { row } of shown.slice(1)) expect(events.action[row - 1]).toBe(ACTION.cancel);
    }
  });
});
