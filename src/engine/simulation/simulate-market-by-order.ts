/** A day of one instrument as an exchange would tell it, record by record: what the synthetic source writes as DBN. */
import { assert } from '#base/assert.js';
import type { Rng } from '#base/rng.js';
import type { MboBlock } from '../frame/dbn-block.js';
import { log } from '../math/log.js';
import { type DayPiece, dayClock, REGULAR_DAY } from './day-clock.js';
import { createMboWriter, type MboSource, type MboWriter } from './mbo-writer.js';
import { ASKS, BIDS, createOrderLadder, type LadderSide, type OrderLadder } from './order-ladder.js';

export interface MarketByOrderParams extends MboSource {
  /** The day ends with the venue event that reaches this many. */
  readonly records: number;
  readonly pieces: readonly DayPiece[];
  /** Middle of the first book, in ticks. */
  readonly midTicks: number;
  /** Orders that rest when the day is under way. */
  readonly restingOrders: number;
  /** Standard deviation of the day's return of what the instrument is worth. */
  readonly dailyVolatility: number;
  /** Shares of venue events; what is left are new orders and cancels, as many as keep the book at its size. */
  readonly takeShare: number;
  readonly hiddenTradeShare: number;
  readonly replaceShare: number;
  readonly modifyShare: number;
  /** Share of new orders that show only a peak of themselves. */
  readonly icebergShare: number;
  /** Begins with a snapshot of the book (R and A with F_SNAPSHOT), or with a clear and an empty book. */
  readonly opening: 'snapshot' | 'clear';
  readonly blockRows: number;
}

export const MARKET_BY_ORDER_DEFAULTS = {
  publisherId: 2,
  tickNanos: 10_000_000,
  pieces: REGULAR_DAY,
  midTicks: 18_700,
  restingOrders: 6000,
  dailyVolatility: 0.015,
  takeShare: 0.04,
  hiddenTradeShare: 0.008,
  replaceShare: 0.08,
  modifyShare: 0.02,
  icebergShare: 0.02,
  opening: 'snapshot',
  blockRows: 8192,
} as const satisfies Partial<MarketByOrderParams>;

/** What the records do not say. */
export interface MarketByOrderTruth {
  readonly records: number;
  readonly venueEvents: number;
  readonly trades: number;
  /** Executions against size that was never shown: lone T records. */
  readonly hiddenTrades: number;
  readonly hiddenSize: number;
  /** Peaks that icebergs showed after their first. */
  readonly icebergRefills: number;
  /** Where what the instrument is worth ended, in ticks. */
  readonly worthTicks: number;
}

const [ADD, CANCEL, FILL, MODIFY, CLEAR, TRADE] = [65, 67, 70, 77, 82, 84] as const;
const NO_SIDE = 78;
const codeOf = (side: LadderSide) => (side === BIDS ? 66 : 65);
const otherOf = (side: LadderSide): LadderSide => (side === BIDS ? ASKS : BIDS);
/** F_SNAPSHOT and F_BAD_TS_RECV. */
const SNAPSHOT = 40;

const SIDE_MIN = 24;
const LADDER_TICKS = 131_072;
const LOT = 100;
const PEAKS_MAX = 6;
/** Records that a venue event makes, for want of better knowledge at the start. */
const RECORDS_EACH = 1.4;
const TABLE = 4096;

interface Market {
  readonly params: MarketByOrderParams;
  readonly rng: Rng;
  readonly ladder: OrderLadder;
  readonly writer: MboWriter;
  /** How far behind the best price of its side a new order stands. */
  readonly distances: Int32Array;
  nextId: number;
  worth: number;
  trades: number;
  hiddenTrades: number;
  hiddenSize: number;
  icebergRefills: number;
}

type Given = Partial<MarketByOrderParams> & Pick<MarketByOrderParams, 'instrumentId' | 'startNs' | 'records'>;

/**
 * Orders arrive, are replaced and cancelled near the best prices (as in Smith, Farmer, Gillemot & Krishnamurthy 2003) while what the
 * instrument is worth walks at random; takers lean towards it, so the book's imbalance tells a little of what comes. Executions
 * are T, F and C under one sequence number, hidden ones a lone T, icebergs refill behind the queue. Never crossed, no side ever empty;
 * equal seeds give equal blocks. Yields full blocks, each new; returns what the records do not say.
 */
export function* simulateMarketByOrder(given: Given, rng: Rng): Generator<MboBlock, MarketByOrderTruth> {
  const params: MarketByOrderParams = { ...MARKET_BY_ORDER_DEFAULTS, ...given };
  assert(params.midTicks * params.tickNanos < 2 ** 52, 'prices are exact as doubles');
  const market = openMarket(params, rng);
  const { writer } = market;
  const clock = dayClock(params.pieces);
  const waits = Float64Array.from({ length: TABLE }, (_, i) => -log(1 - (i + 0.5) / TABLE));
  writer.at(clock(0));
  openBook(market);
  const opening = writer.written();
  let venueEvents = 0;
  let share = 0;
  while (writer.written() < params.records) {
    // What is left of the day is spread over the records that are left, at as many an event as there were so far.
    const recordsEach = (RECORDS_EACH * 100 + writer.written() - opening) / (100 + venueEvents);
    const pace = ((1 - share) * recordsEach) / Math.max(1, params.records - writer.written());
    share = Math.min(1, share + pace * waits[rng.uint32() >>> 20]!);
    writer.at(clock(share));
    happen(market);
    writer.end();
    venueEvents++;
    yield* writer.take(false);
  }
  yield* writer.take(true);
  const { trades, hiddenTrades, hiddenSize, icebergRefills, worth } = market;
  return {
    records: writer.written(),
    venueEvents,
    trades,
    hiddenTrades,
    hiddenSize,
    icebergRefills,
    worthTicks: worth,
  };
}

function openMarket(params: MarketByOrderParams, rng: Rng): Market {
  const tickMin = Math.max(1, params.midTicks - LADDER_TICKS / 2);
  const near = log(1 - 0.11);
  return {
    params,
    rng,
    ladder: createOrderLadder(4 * params.restingOrders + 1024, tickMin, LADDER_TICKS),
    writer: createMboWriter(params, params.blockRows),
    distances: Int32Array.from({ length: TABLE }, (_, i) => Math.floor(log(1 - (i + 0.5) / TABLE) / near)),
    nextId: 1,
    worth: params.midTicks,
    trades: 0,
    hiddenTrades: 0,
    hiddenSize: 0,
    icebergRefills: 0,
  };
}

function openBook(market: Market): void {
  const { params, writer } = market;
  const isSnapshot = params.opening === 'snapshot';
  writer.flags(isSnapshot ? SNAPSHOT : 0);
  writer.write(CLEAR, NO_SIDE, 0, undefined, 0);
  if (!isSnapshot) writer.end();
  const orders = Math.max(2 * SIDE_MIN + 8, Math.min(params.restingOrders, Math.floor(params.records / 20)));
  for (let i = 0; i < orders; i++) {
    const side = i % 2 === 0 ? BIDS : ASKS;
    const behind = 1 + ((i >> 1) % 3) + distance(market);
    const tick = side === BIDS ? params.midTicks - behind : params.midTicks + behind;
    if (!isSnapshot) writer.message(1);
    place(market, side, tick, drawSize(market), 0);
    if (!isSnapshot) writer.end();
  }
  writer.end();
  writer.flags(0);
}

function happen(market: Market): void {
  const { rng, params, ladder, writer } = market;
  // Sum of three uniforms: near enough to a normal step.
  const step = (rng.uint32() + rng.uint32() + rng.uint32()) / 2 ** 32 - 1.5;
  market.worth += step * ((2 * params.dailyVolatility * params.midTicks) / Math.sqrt(0.8 * params.records));
  writer.message(1 + (rng.uint32() >>> 29));
  const side: LadderSide = (rng.uint32() & 1) === 0 ? BIDS : ASKS;
  const kind = rng.uint32() / 2 ** 32;
  const { takeShare, hiddenTradeShare, modifyShare, replaceShare } = params;
  const hiddenEnd = takeShare + hiddenTradeShare;
  // The fuller the book, the more of the rest are cancels: half and half at its usual size.
  const isFull = (rng.uint32() / 2 ** 32) * 2 * params.restingOrders < ladder.liveCount();
  if (kind < takeShare) takeTowardsWorth(market);
  else if (kind < hiddenEnd) tradeHidden(market);
  else if (kind < hiddenEnd + modifyShare) modify(market);
  else if (kind < hiddenEnd + modifyShare + replaceShare) replace(market);
  else if (!isFull || !cancelSome(market)) arrive(market, side);
}

/** Round lots mostly, odd lots now and then. */
function drawSize({ rng }: Market): number {
  const word = rng.uint32();
  if ((word & 7) === 0) return 1 + ((word >>> 8) % 99);
  // Halving each time: one lot, two, three ...
  return LOT * (1 + Math.min(20, Math.clz32(word >>> 3)));
}

const distance = ({ rng, distances }: Market): number => distances[rng.uint32() >>> 20]!;

function place(market: Market, side: LadderSide, tick: number, size: number, reserve: number): void {
  const id = market.nextId++;
  market.ladder.add(side, id, tick, size, reserve);
  market.writer.write(ADD, codeOf(side), id, tick, size);
}

/** A price for a new order: sometimes better than the best one, mostly at it or behind it, now and then far away; never crossing. */
function drawTick(market: Market, side: LadderSide): number {
  const { ladder, rng } = market;
  const [own, other] = [ladder.best(side), ladder.best(otherOf(side))];
  const spread = Math.abs(other - own);
  const word = rng.uint32();
  let behind = distance(market);
  if (spread > 1 && (word & 7) < 2) behind = -(1 + ((word >>> 8) % Math.min(4, spread - 1)));
  else if ((word & 63) === 63) behind = 20 + ((word >>> 8) % 400);
  const tick = side === BIDS ? own - behind : own + behind;
  return Math.min(ladder.tickMax, Math.max(ladder.tickMin, tick));
}

function arrive(market: Market, side: LadderSide): void {
  const { rng, params, ladder } = market;
  const tick = drawTick(market, side);
  // At the end of the ladder the other side may stand already.
  if (side === BIDS ? tick >= ladder.best(ASKS) : tick <= ladder.best(BIDS)) {
    tradeHidden(market);
    return;
  }
  const size = drawSize(market);
  const isIceberg = rng.uint32() < params.icebergShare * 2 ** 32;
  place(market, side, tick, size, isIceberg ? size * (1 + rng.below(PEAKS_MAX - 1)) : 0);
}

const isThin = ({ ladder }: Market, order: number): boolean =>
  ladder.count(ladder.side[order] === BIDS ? BIDS : ASKS) <= SIDE_MIN;

const drawOrder = ({ ladder, rng }: Market): number => ladder.live[rng.below(ladder.liveCount())]!;

/** All of an order, or a part of a large one. */
function cancelSome(market: Market): boolean {
  const { ladder, writer, rng } = market;
  const order = drawOrder(market);
  if (isThin(market, order)) return false;
  const size = ladder.size[order]!;
  const isPart = size > LOT && (rng.uint32() & 7) === 0;
  const cancelled = isPart ? LOT * (1 + rng.below(Math.ceil(size / LOT) - 1)) : size;
  writer.write(CANCEL, codeOf(sideOf(market, order)), ladder.id[order]!, ladder.tick[order]!, cancelled);
  if (cancelled < size) ladder.size[order] = size - cancelled;
  else ladder.remove(order);
  return true;
}

const sideOf = ({ ladder }: Market, order: number): LadderSide => (ladder.side[order] === BIDS ? BIDS : ASKS);

/** A price for an order that was taken out of the book: its side may have lost its best one since. */
function drawTarget(market: Market, side: LadderSide): number {
  const { ladder } = market;
  const tick = drawTick(market, side);
  return side === BIDS ? Math.min(tick, ladder.best(ASKS) - 1) : Math.max(tick, ladder.best(BIDS) + 1);
}

/** An order leaves and comes back under a new id, in one message: what Nasdaq calls a replace. */
function replace(market: Market): void {
  const { ladder, writer } = market;
  const order = drawOrder(market);
  const side = sideOf(market, order);
  if (isThin(market, order)) {
    arrive(market, side);
    return;
  }
  const reserve = ladder.reserve[order]!;
  writer.write(CANCEL, codeOf(side), ladder.id[order]!, ladder.tick[order]!, ladder.size[order]!);
  ladder.remove(order);
  place(market, side, drawTarget(market, side), drawSize(market), reserve);
}

/** An order changes under its own id. One that only shrinks keeps its place in the queue. */
function modify(market: Market): void {
  const { ladder, writer, rng } = market;
  const order = drawOrder(market);
  const side = sideOf(market, order);
  const [id, tick, size] = [ladder.id[order]!, ladder.tick[order]!, ladder.size[order]!];
  if (isThin(market, order)) {
    arrive(market, side);
    return;
  }
  if (size > LOT && (rng.uint32() & 3) === 0) {
    ladder.size[order] = size - LOT;
    writer.write(MODIFY, codeOf(side), id, tick, size - LOT);
    return;
  }
  const reserve = ladder.reserve[order]!;
  ladder.remove(order);
  const target = drawTarget(market, side);
  const wanted = drawSize(market);
  // At its own price it goes to the tail, so it must have grown.
  const amount = target === tick && wanted <= size ? size + LOT : wanted;
  ladder.add(side, id, target, amount, reserve);
  writer.write(MODIFY, codeOf(side), id, target, amount);
}

/** An execution against size that nobody saw, between the best prices or at one of them. */
function tradeHidden(market: Market): void {
  const { ladder, rng, writer } = market;
  const [bid, ask] = [ladder.best(BIDS), ladder.best(ASKS)];
  const tick = ask - bid > 1 ? bid + 1 + rng.below(ask - bid - 1) : bid + (rng.uint32() & 1);
  const size = drawSize(market);
  writer.write(TRADE, NO_SIDE, 0, tick, size);
  market.trades++;
  market.hiddenTrades++;
  market.hiddenSize += size;
}

/** Who takes leans to the side where the instrument seems cheap, the more the farther the price is from its worth. */
function takeTowardsWorth(market: Market): void {
  const { ladder, rng, worth } = market;
  const gap = worth - (ladder.best(BIDS) + ladder.best(ASKS)) / 2;
  const buys = Math.min(0.95, Math.max(0.05, 0.5 + 0.08 * gap));
  const side = rng.uint32() / 2 ** 32 < buys ? BIDS : ASKS;
  let left = drawSize(market) * (1 + (rng.uint32() & 3));
  const resting = otherOf(side);
  if (ladder.count(resting) <= SIDE_MIN) {
    arrive(market, resting);
    return;
  }
  let isFirst = true;
  while (left > 0 && ladder.count(resting) > SIDE_MIN) {
    if (!isFirst) market.writer.message(1);
    isFirst = false;
    left -= execute(market, side, resting, left);
  }
}

/** One execution with the first order of the best price; an iceberg shows its next peak at the end of the queue, under a new id. */
function execute(market: Market, side: LadderSide, resting: LadderSide, wanted: number): number {
  const { ladder, writer } = market;
  const order = ladder.first(resting);
  const [id, tick, shown] = [ladder.id[order]!, ladder.tick[order]!, ladder.size[order]!];
  const size = Math.min(wanted, shown);
  writer.write(TRADE, codeOf(side), 0, tick, size);
  writer.write(FILL, codeOf(resting), id, tick, size);
  writer.write(CANCEL, codeOf(resting), id, tick, size);
  market.trades++;
  if (size < shown) {
    ladder.size[order] = shown - size;
    return size;
  }
  const [reserve, peak] = [ladder.reserve[order]!, ladder.peak[order]!];
  ladder.remove(order);
  if (reserve > 0) {
    writer.message(1);
    place(market, resting, tick, Math.min(peak, reserve), Math.max(0, reserve - peak));
    market.icebergRefills++;
  }
  return size;
}
