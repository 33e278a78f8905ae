/** The displayed orders of a simulated market in typed arrays: a ladder of prices, at each of them a queue of orders for each side. */
import { assert } from '#base/assert.js';

export const BIDS = 0;
export const ASKS = 1;
export type LadderSide = typeof BIDS | typeof ASKS;

const NONE = -1;

/** An order is a number, its place in these arrays; it is used again after the order is gone. */
export interface OrderLadder {
  readonly id: Float64Array;
  readonly tick: Int32Array;
  readonly size: Int32Array;
  /** What an iceberg has not shown yet, and what it shows at once. */
  readonly reserve: Int32Array;
  readonly peak: Int32Array;
  readonly side: Uint8Array;
  /** All orders, in no order. */
  readonly live: Int32Array;
  liveCount(): number;
  count(side: LadderSide): number;
  /** The best price of a side that is not empty. */
  best(side: LadderSide): number;
  /** The oldest order at the best price. */
  first(side: LadderSide): number;
  /** At the end of the price's queue. */
  add(side: LadderSide, id: number, tick: number, size: number, reserve: number): number;
  remove(order: number): void;
  readonly tickMin: number;
  readonly tickMax: number;
}

/** Room for `ordersMax` orders at `ticks` prices from `tickMin` on. */
export function createOrderLadder(ordersMax: number, tickMin: number, ticks: number): OrderLadder {
  const columns = () => new Int32Array(ordersMax);
  const id = new Float64Array(ordersMax);
  const [tick, size, reserve, peak] = [columns(), columns(), columns(), columns()];
  const [next, previous, place, live, free] = [columns(), columns(), columns(), columns(), columns()];
  const side = new Uint8Array(ordersMax);
  const head = new Int32Array(2 * ticks).fill(NONE);
  const tail = new Int32Array(2 * ticks).fill(NONE);
  const best = [tickMin - 1, tickMin + ticks];
  const counts = [0, 0];
  let liveCount = 0;
  let freeCount = 0;
  let used = 0;

  const levelOf = (at: LadderSide, price: number) => at * ticks + price - tickMin;
  const isBetter = (at: LadderSide, a: number, b: number) => (at === BIDS ? a > b : a < b);

  return {
    id,
    tick,
    size,
    reserve,
    peak,
    side,
    live,
    tickMin,
    tickMax: tickMin + ticks - 1,
    liveCount: () => liveCount,
    count: (at) => counts[at]!,
    best: (at) => best[at]!,
    first: (at) => head[levelOf(at, best[at]!)]!,
    add(at, orderId, price, shown, hidden) {
      assert(shown > 0 && price >= tickMin && price < tickMin + ticks, 'an order has a size and a price of the ladder');
      const order = freeCount > 0 ? free[--freeCount]! : used++;
      assert(order < ordersMax, 'the ladder has room');
      id[order] = orderId;
      tick[order] = price;
      size[order] = shown;
      reserve[order] = hidden;
      peak[order] = shown;
      side[order] = at;
      place[order] = liveCount;
      live[liveCount++] = order;
      counts[at]!++;
      const level = levelOf(at, price);
      const last = tail[level]!;
      next[order] = NONE;
      previous[order] = last;
      tail[level] = order;
      if (last !== NONE) next[last] = order;
      else head[level] = order;
      if (isBetter(at, price, best[at]!)) best[at] = price;
      return order;
    },
    remove(order) {
      const at = side[order] === BIDS ? BIDS : ASKS;
      const level = levelOf(at, tick[order]!);
      const [before, after] = [previous[order]!, next[order]!];
      if (before === NONE) head[level] = after;
      else next[before] = after;
      if (after === NONE) tail[level] = before;
      else previous[after] = before;
      const last = live[--liveCount]!;
      live[place[order]!] = last;
      place[last] = place[order]!;
      free[freeCount++] = order;
      counts[at]!--;
      if (head[level] !== NONE || tick[order] !== best[at]) return;
      const step = at === BIDS ? -1 : 1;
      let price = tick[order]! + step;
      while (price >= tickMin && price < tickMin + ticks && head[levelOf(at, price)] === NONE) price += step;
      best[at] = price;
    },
  };
}
