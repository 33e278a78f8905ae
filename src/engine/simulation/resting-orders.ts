/** The orders that rest in a simulated market: displayed in queues by price, hidden beside them. */
import { assert } from '#base/assert.js';
import { type BookSide, SIDE } from './order-events.js';

export interface RestingOrder {
  readonly id: number;
  readonly side: BookSide;
  readonly tick: number;
  /** Displayed now; above zero while it rests. */
  size: number;
  /** Size that an iceberg has not shown yet. */
  reserve: number;
  /** What an iceberg shows at once; 0 for a plain order. */
  readonly peak: number;
  /** Position in `live`, so that removing costs nothing. */
  place: number;
}

export interface HiddenOrder {
  readonly side: BookSide;
  readonly tick: number;
  size: number;
}

export const opposite = (side: BookSide): BookSide => (side === SIDE.ask ? SIDE.bid : SIDE.ask);

/** Better for the taker first: for resting asks the lower tick, for bids the higher. */
const isBetter = (side: BookSide, a: number, b: number) => (side === SIDE.ask ? a < b : a > b);

export interface RestingOrders {
  readonly live: RestingOrder[];
  readonly hidden: HiddenOrder[];
  add(order: Omit<RestingOrder, 'place'>): void;
  remove(order: RestingOrder): void;
  /** Queue at the best price of a side, oldest first; undefined when the side is empty. */
  bestQueue(side: BookSide): readonly RestingOrder[] | undefined;
  bestTick(side: BookSide): number | undefined;
  count(side: BookSide): number;
  /** The best hidden order of a side up to a price; undefined when there is none. */
  bestHidden(side: BookSide, limit: number): HiddenOrder | undefined;
}

export function createRestingOrders(): RestingOrders {
  const live: RestingOrder[] = [];
  const hidden: HiddenOrder[] = [];
  const sides = new Map<BookSide, Map<number, RestingOrder[]>>([
    [SIDE.bid, new Map()],
    [SIDE.ask, new Map()],
  ]);
  const best = new Map<BookSide, number | undefined>();
  const counts = new Map<BookSide, number>([
    [SIDE.bid, 0],
    [SIDE.ask, 0],
  ]);

  function findBest(side: BookSide): number | undefined {
    let found: number | undefined;
    for (const tick of sides.get(side)!.keys()) if (found === undefined || isBetter(side, tick, found)) found = tick;
    return found;
  }

  return {
    live,
    hidden,
    add(order) {
      assert(order.size > 0, 'a resting order has size');
      const { side, tick } = order;
      const levels = sides.get(side)!;
      const placed = { ...order, place: live.length };
      live.push(placed);
      const queue = levels.get(tick);
      if (queue === undefined) levels.set(tick, [placed]);
      else queue.push(placed);
      const known = best.get(side);
      if (known === undefined || isBetter(side, tick, known)) best.set(side, tick);
      counts.set(side, counts.get(side)! + 1);
    },
    remove(order) {
      const { side, tick, place } = order;
      const levels = sides.get(side)!;
      const queue = levels.get(tick)!;
      queue.splice(queue.indexOf(order), 1);
      const last = live.pop()!;
      if (last !== order) {
        live[place] = last;
        last.place = place;
      }
      counts.set(side, counts.get(side)! - 1);
      if (queue.length > 0) return;
      levels.delete(tick);
      if (best.get(side) === tick) best.set(side, findBest(side));
    },
    bestQueue: (side) => sides.get(side)!.get(best.get(side) ?? Number.NaN),
    bestTick: (side) => best.get(side),
    count: (side) => counts.get(side)!,
    bestHidden(side, limit) {
      let found: HiddenOrder | undefined;
      for (const order of hidden) {
        if (order.side !== side || isBetter(side, limit, order.tick)) continue;
        if (found === undefined || isBetter(side, order.tick, found.tick)) found = order;
      }
      return found;
    },
  };
}
