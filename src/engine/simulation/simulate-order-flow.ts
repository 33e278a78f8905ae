/** A market day of one instrument, order by order: arrivals, cancels and trades that come by chance, busy at both bells. */
import type { Rng } from '#base/rng.js';
import { drawExponential, drawGeometric, happens } from './chance.js';
import { intensityAt } from './intraday-pattern.js';
import { ACTION, type BookSide, createEventLog, type EventLog, type OrderEvents, SIDE } from './order-events.js';
import { createRestingOrders, opposite, type RestingOrder, type RestingOrders } from './resting-orders.js';

export interface OrderFlowParams {
  readonly sessionNs: number;
  /** Mean number of venue events a second. */
  readonly eventsPerSecond: number;
  /** Stops after this many records, at the end of a venue event. */
  readonly recordsMax: number;
  readonly tickNanos: number;
  /** Middle of the first book, in ticks. */
  readonly midTicks: number;
  /** How much busier the bells are than noon (`intensityAt`). */
  readonly curvature: number;
  /** Share of events that take, and that cancel; the rest are new limit orders. */
  readonly takeShare: number;
  readonly cancelShare: number;
  /** Share of new limit orders that nobody sees, and that show only a peak of themselves. */
  readonly hiddenShare: number;
  readonly icebergShare: number;
  /** Mean size of an order, in lots. */
  readonly sizeMean: number;
  readonly lot: number;
}

export const ORDER_FLOW_DEFAULTS: OrderFlowParams = {
  sessionNs: 6.5 * 3600 * 1e9,
  eventsPerSecond: 10,
  recordsMax: 1_000_000,
  tickNanos: 10_000_000,
  midTicks: 10_000,
  curvature: 3,
  takeShare: 0.1,
  cancelShare: 0.42,
  hiddenShare: 0.03,
  icebergShare: 0.03,
  sizeMean: 2,
  lot: 100,
};

export interface Iceberg {
  /** Ids under which its peaks were shown, in order. */
  readonly orderIds: number[];
  readonly side: BookSide;
  readonly tick: number;
  readonly totalSize: number;
}

export interface SimulatedOrderFlow {
  readonly events: OrderEvents;
  /** What a replay cannot see. */
  readonly truth: {
    readonly params: OrderFlowParams;
    readonly icebergs: readonly Iceberg[];
    /** Size that was placed without being shown, and how much of it traded. */
    readonly hiddenPlaced: number;
    readonly hiddenTraded: number;
    readonly venueEvents: number;
  };
}

/** Fewer orders than this on a side are left alone, so that no side ever runs empty. */
const SIDE_MIN = 8;
const FIRST_LEVELS = 20;
/** Chance that a limit order is one tick nearer to the other side than another: most orders rest near the best price. */
const NEARNESS = 0.3;
const PARTIAL_CANCELS = 0.15;
const PEAKS_MAX = 6;

/** Everything that happens to the one market, with its log. */
interface Market {
  readonly params: OrderFlowParams;
  readonly rng: Rng;
  readonly orders: RestingOrders;
  readonly log: EventLog;
  readonly icebergs: Map<number, Iceberg>;
  nextId: number;
  hiddenPlaced: number;
  hiddenTraded: number;
}

/**
 * Zero-intelligence order flow (Smith, Farmer, Gillemot & Krishnamurthy 2003) as a Poisson process thinned by the intraday pattern
 * (Lewis & Shedler 1979), with hidden orders and icebergs. The book is never crossed, sizes are above zero, no side is ever
 * empty; equal seeds give equal bytes.
 */
export function simulateOrderFlow(given: Partial<OrderFlowParams>, rng: Rng): SimulatedOrderFlow {
  const params = { ...ORDER_FLOW_DEFAULTS, ...given };
  const market: Market = {
    params,
    rng,
    orders: createRestingOrders(),
    log: createEventLog(),
    icebergs: new Map(),
    nextId: 1,
    hiddenPlaced: 0,
    hiddenTraded: 0,
  };
  openBook(market);
  const busiest = Math.max(intensityAt(0, params.curvature), intensityAt(0.5, params.curvature));
  const rate = (params.eventsPerSecond * busiest) / 1e9;
  let venueEvents = 0;
  for (let ns = drawExponential(rng, rate); ns < params.sessionNs; ns += drawExponential(rng, rate)) {
    if (!happens(rng, intensityAt(ns / params.sessionNs, params.curvature) / busiest)) continue;
    if (market.log.rows() >= params.recordsMax) break;
    market.log.at(Math.floor(ns));
    happen(market);
    market.log.end();
    venueEvents++;
  }
  const { hiddenPlaced, hiddenTraded } = market;
  const icebergs = [...new Set(market.icebergs.values())];
  return {
    events: market.log.columns(params.tickNanos),
    truth: { params, icebergs, hiddenPlaced, hiddenTraded, venueEvents },
  };
}

function openBook(market: Market): void {
  const { log, params } = market;
  log.write({ orderId: 0, action: ACTION.clear, side: SIDE.none, tick: 0, size: 0 });
  log.end();
  for (let level = 1; level <= FIRST_LEVELS; level++) {
    for (const side of [SIDE.bid, SIDE.ask] as const) {
      const tick = side === SIDE.bid ? params.midTicks - level : params.midTicks + level;
      show(market, { id: market.nextId++, side, tick, size: drawSize(market), reserve: 0, peak: 0 });
      log.end();
    }
  }
}

function happen(market: Market): void {
  const { rng, params, orders } = market;
  const kind = rng.float();
  const side: BookSide = happens(rng, 0.5) ? SIDE.bid : SIDE.ask;
  if (kind < params.takeShare && orders.count(opposite(side)) > SIDE_MIN) take(market, side);
  else if (kind >= params.takeShare && kind < params.takeShare + params.cancelShare && cancelOne(market)) return;
  else placeLimit(market, side);
}

const drawSize = ({ rng, params }: Market): number =>
  params.lot * (1 + drawGeometric(rng, 1 / Math.max(1, params.sizeMean)));

function show(market: Market, order: Omit<RestingOrder, 'place'>): void {
  market.orders.add(order);
  const { id, side, tick, size } = order;
  market.log.write({ orderId: id, action: ACTION.add, side, tick, size });
}

/** A new order at or behind the tick before the other side's best; what it meets hidden there trades first. */
function placeLimit(market: Market, side: BookSide): void {
  const { rng, params, orders } = market;
  const away = 1 + drawGeometric(rng, NEARNESS);
  const other = orders.bestTick(opposite(side))!;
  const tick = Math.max(1, side === SIDE.bid ? other - away : other + away);
  const size = drawSize(market);
  const style = rng.float();
  if (style < params.hiddenShare) {
    // Hidden orders join the visible best price or rest behind it.
    const own = orders.bestTick(side)!;
    const behind = side === SIDE.bid ? Math.min(tick, own) : Math.max(tick, own);
    orders.hidden.push({ side, tick: behind, size });
    market.hiddenPlaced += size;
    return;
  }
  const left = size - takeHidden(market, side, tick, size);
  if (left <= 0) return;
  const id = market.nextId++;
  if (style >= params.hiddenShare + params.icebergShare) {
    show(market, { id, side, tick, size: left, reserve: 0, peak: 0 });
    return;
  }
  const reserve = left * (1 + rng.below(PEAKS_MAX - 1));
  market.icebergs.set(id, { orderIds: [id], side, tick, totalSize: left + reserve });
  show(market, { id, side, tick, size: left, reserve, peak: left });
}

/** Cancels one order, all of it or a part; false when its side is too thin to lose one. */
function cancelOne({ rng, orders, log, params }: Market): boolean {
  const order = orders.live[rng.below(orders.live.length)]!;
  if (orders.count(order.side) <= SIDE_MIN) return false;
  const lots = order.size / params.lot;
  const isPartial = lots >= 2 && happens(rng, PARTIAL_CANCELS);
  const size = isPartial ? params.lot * (1 + rng.below(Math.floor(lots) - 1)) : order.size;
  log.write({ orderId: order.id, action: ACTION.cancel, side: order.side, tick: order.tick, size });
  order.size -= size;
  if (order.size === 0) orders.remove(order);
  return true;
}

/** An aggressor of one side takes from the other: hidden size inside the best price, the displayed queue, hidden size at the price. */
function take(market: Market, side: BookSide): void {
  const { orders } = market;
  const resting = opposite(side);
  let left = drawSize(market);
  while (left > 0 && orders.count(resting) > SIDE_MIN) {
    const best = orders.bestTick(resting)!;
    const inside = side === SIDE.bid ? best - 1 : best + 1;
    left -= takeHidden(market, side, inside, left);
    const queue = orders.bestQueue(resting)!;
    if (left > 0) left -= fill(market, side, queue[0]!, left);
    if (orders.bestTick(resting) !== best) left -= takeHidden(market, side, best, left);
  }
}

/** Trades with one displayed order; an iceberg whose peak is gone shows the next one at the end of the queue, under a new id. */
function fill(market: Market, side: BookSide, order: RestingOrder, wanted: number): number {
  const { log, orders } = market;
  const size = Math.min(wanted, order.size);
  const { id: orderId, tick } = order;
  log.write({ orderId: 0, action: ACTION.trade, side, tick, size });
  log.write({ orderId, action: ACTION.fill, side: order.side, tick, size });
  log.write({ orderId, action: ACTION.cancel, side: order.side, tick, size });
  order.size -= size;
  if (order.size > 0) return size;
  orders.remove(order);
  if (order.reserve > 0) {
    const peak = Math.min(order.peak, order.reserve);
    const id = market.nextId++;
    const iceberg = market.icebergs.get(orderId)!;
    iceberg.orderIds.push(id);
    market.icebergs.set(id, iceberg);
    show(market, { id, side: order.side, tick, size: peak, reserve: order.reserve - peak, peak: order.peak });
  }
  return size;
}

/** Trades with hidden orders of the other side up to a price; returns how much. */
function takeHidden(market: Market, side: BookSide, limit: number, wanted: number): number {
  const { orders, log } = market;
  let taken = 0;
  while (taken < wanted) {
    const order = orders.bestHidden(opposite(side), limit);
    if (order === undefined) break;
    const size = Math.min(wanted - taken, order.size);
    log.write({ orderId: 0, action: ACTION.trade, side: SIDE.none, tick: order.tick, size });
    order.size -= size;
    taken += size;
    if (order.size === 0) orders.hidden.splice(orders.hidden.indexOf(order), 1);
  }
  market.hiddenTraded += taken;
  return taken;
}
