/** Rows of a day on the wire: replay frames, ticks and a single book (umiki.md 9.7, 9.8). */
import { z } from 'zod';
import type { Snapshot, SnapshotLevel } from '#services/market/day-reader.js';
import type { FeatureName, Frame } from '#services/market/replay.service.js';

const LevelWire = z.object({ px: z.number(), sz: z.number(), ct: z.number(), delta_sz: z.number() });
const EventWire = z.object({
  action: z.string(),
  side: z.string(),
  depth: z.number(),
  price: z.number(),
  size: z.number(),
});

export const FrameWire = z.object({
  ts: z.number(),
  event: EventWire,
  bids: z.array(LevelWire),
  asks: z.array(LevelWire),
  star_graph: z.object({
    r_value: z.number(),
    delta_r: z.number(),
    hidden_trade_sz: z.number(),
    boundary_bid: z.number(),
    boundary_ask: z.number(),
  }),
  mid_price: z.number(),
  spread: z.number(),
  imbalance: z.number(),
});

/** No number of a frame is ever null: clients format them. */
export function toFrameWire({ row, before, features }: Frame): z.infer<typeof FrameWire> {
  const of = (name: FeatureName) => features[name] ?? 0;
  return {
    ts: row.tsMs,
    event: eventOf(row),
    bids: row.bids.map((level) => withDelta(level, before?.bids)),
    asks: row.asks.map((level) => withDelta(level, before?.asks)),
    star_graph: {
      r_value: of('r_value'),
      delta_r: of('delta_r'),
      hidden_trade_sz: of('hidden_trade_sz'),
      boundary_bid: of('boundary_bid'),
      boundary_ask: of('boundary_ask'),
    },
    mid_price: of('mid_price'),
    spread: of('spread'),
    imbalance: of('imbalance'),
  };
}

const eventOf = ({ action, side, depth, price, size }: Snapshot) => ({ action, side, depth, price: price ?? 0, size });

const withDelta = ({ px, sz, ct }: SnapshotLevel, before: readonly SnapshotLevel[] | undefined) => ({
  px,
  sz,
  ct,
  delta_sz: sz - (before?.find((level) => level.px === px)?.sz ?? 0),
});

const two = (k: number) => String(k).padStart(2, '0');
const TICK_LEVELS = 5;

const HEAD = ['ts', 'action', 'side', 'depth', 'price', 'size'] as const;
const LEVELS = Array.from({ length: TICK_LEVELS }, (_, k) => [
  `bid_px_${two(k)}`,
  `bid_sz_${two(k)}`,
  `ask_px_${two(k)}`,
  `ask_sz_${two(k)}`,
]).flat();
const COUNTS = ['bid_ct_00', 'ask_ct_00'] as const;
const FEATURES = [
  'mid_price',
  'spread',
  'imbalance_l1',
  'imbalance_l5',
  'imbalance',
  'depth_bid',
  'depth_ask',
  'book_slope_bid',
  'book_slope_ask',
  'r_value',
  'delta_r',
  'boundary_bid',
  'boundary_ask',
  'is_trade',
  'trade_size',
  'hidden_trade_sz',
  'delta_mid_price',
  'delta_spread',
  'delta_bid_sz_00',
  'delta_ask_sz_00',
] as const satisfies readonly FeatureName[];

/** 48 columns, in the order that older clients know. */
export const TICK_COLUMNS: readonly string[] = [...HEAD, ...LEVELS, ...COUNTS, ...FEATURES];

export const TickCell = z.union([z.number(), z.string(), z.null()]);

export function toTick({ row, features }: Frame): (number | string | null)[] {
  const levelAt = (side: readonly SnapshotLevel[], k: number) => side.find(({ level }) => level === k);
  const levels = Array.from({ length: TICK_LEVELS }, (_, k) => {
    const [bid, ask] = [levelAt(row.bids, k), levelAt(row.asks, k)];
    return [bid?.px ?? null, bid?.sz ?? 0, ask?.px ?? null, ask?.sz ?? 0];
  }).flat();
  const isTrade = row.action === 'T';
  return [
    ...[row.tsMs, row.action, row.side, row.depth, row.price, row.size],
    ...levels,
    ...[levelAt(row.bids, 0)?.ct ?? 0, levelAt(row.asks, 0)?.ct ?? 0],
    ...FEATURES.map((name) => {
      // What a row is does not hang on the other side of its book.
      if (name === 'is_trade') return isTrade ? 1 : 0;
      if (name === 'trade_size') return isTrade ? row.size : 0;
      return features[name];
    }),
  ];
}

const BookLevelWire = z.object({ level: z.number(), px: z.number(), sz: z.number(), ct: z.number() });

const BOOK_FEATURES = [
  'mid_price',
  'spread',
  'imbalance',
  'depth_bid',
  'depth_ask',
  'book_slope_bid',
  'book_slope_ask',
] as const satisfies readonly FeatureName[];

export const BookWire = z.object({
  ts: z.number(),
  event: EventWire,
  bids: z.array(BookLevelWire),
  asks: z.array(BookLevelWire),
  features: z.object(Object.fromEntries(BOOK_FEATURES.map((name) => [name, z.number().nullable()]))),
});

export const toBookWire = ({ row, features }: Frame): z.infer<typeof BookWire> => ({
  ts: row.tsMs,
  event: eventOf(row),
  bids: [...row.bids],
  asks: [...row.asks],
  features: Object.fromEntries(BOOK_FEATURES.map((name) => [name, features[name]])),
});
