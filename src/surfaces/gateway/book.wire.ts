/** Books and their changes on the wire: prices as decimal dollars in text, so that no digit is lost; ids as text. */
import { z } from 'zod';
import type { BookChange, BookLevelView, BookView } from '#services/market/time-travel.service.js';

const NANOS_A_SECOND = 1_000_000_000n;
const ISO_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/;

/** Digits tell the unit: up to 14 milliseconds, up to 17 microseconds, else nanoseconds. */
export const nanosOf = z.string().transform((text, context): bigint => {
  const given = text.trim().replace(/ (?=\d{2}:?\d{2}$)/, '+');
  if (/^\d{1,20}$/.test(given)) {
    const factor = given.length <= 14 ? 1_000_000n : given.length <= 17 ? 1000n : 1n;
    const ns = BigInt(given) * factor;
    if (ns < 2n ** 63n) return ns;
  }
  const [, second, fraction = '', zone] = ISO_TIME.exec(given) ?? [];
  const ms = second === undefined ? Number.NaN : Date.parse(`${second}${zone}`);
  if (ms >= 0 && ms < 9_000_000_000_000) return (BigInt(ms) / 1000n) * NANOS_A_SECOND + BigInt(fraction.padEnd(9, '0'));
  context.addIssue({ code: 'custom', message: 'ISO 8601 with Z or an offset, or epoch milli-, micro- or nanoseconds' });
  return z.NEVER;
});

const OrderWire = z.object({ order_id: z.string(), sz: z.number(), position: z.number(), sz_ahead: z.number() });
const LevelWire = z.object({
  level: z.number(),
  px: z.string(),
  sz: z.number(),
  ct: z.number(),
  orders: z.array(OrderWire),
});

export const BookWire = z.object({
  dataset: z.string(),
  symbol: z.string(),
  date: z.string(),
  /** Nanoseconds since 1970. */
  ts_ns: z.string(),
  source: z.enum(['mbo', 'mbp-10']),
  records: z.number().nullable(),
  is_complete: z.boolean(),
  is_suspect: z.boolean(),
  bids: z.array(LevelWire),
  asks: z.array(LevelWire),
});

interface MomentName {
  readonly day: { readonly dataset: string; readonly symbol: string; readonly date: string };
  readonly tsNs: bigint;
}

export const toBookWire = ({ day, tsNs }: MomentName, view: BookView): z.infer<typeof BookWire> => ({
  ...day,
  ts_ns: String(tsNs),
  source: view.source,
  records: view.records,
  is_complete: view.isComplete,
  is_suspect: view.isSuspect,
  bids: view.bids.map(toLevel),
  asks: view.asks.map(toLevel),
});

const toLevel = ({ priceNanos, size, count, orders }: BookLevelView, level: number): z.infer<typeof LevelWire> => ({
  level,
  px: dollars(priceNanos),
  sz: size,
  ct: count,
  orders: orders.map(({ orderId, size: sz, position, sizeAhead }) => ({
    order_id: String(orderId),
    sz,
    position,
    sz_ahead: sizeAhead,
  })),
});

/** Every digit that counts, and no more. */
function dollars(nanos: bigint): string {
  const sign = nanos < 0n ? '-' : '';
  const whole = nanos < 0n ? -nanos : nanos;
  const fraction = String(whole % NANOS_A_SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${sign}${whole / NANOS_A_SECOND}${fraction === '' ? '' : `.${fraction}`}`;
}

export const toChangeWire = (change: BookChange) => ({
  ts_event_ns: String(change.tsEventNs),
  ts_recv_ns: String(change.tsRecvNs),
  sequence: change.sequence,
  is_reset: change.isReset,
  trades: change.trades.map(({ price, size, side }) => ({ px: dollars(price), sz: size, side })),
  levels: change.levels.map(({ side, price, size, count }) => ({
    side: side === 0 ? 'B' : 'A',
    px: dollars(price),
    sz: size,
    ct: count,
  })),
});
