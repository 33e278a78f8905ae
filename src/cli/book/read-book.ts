/** The book of a day at a nanosecond, asked from the gateway: levels to any depth, and the orders that queue at each. */
import { call, type GatewayClient } from '@almanac/sdk';
import { z } from 'zod';
import { isoOf } from './moment.js';

const Order = z.object({ order_id: z.string(), sz: z.number(), position: z.number(), sz_ahead: z.number() });
const Level = z.object({
  level: z.number(),
  /** Dollars, every digit. */
  px: z.string(),
  sz: z.number(),
  ct: z.number(),
  /** First in the queue first; none unless asked for. */
  orders: z.array(Order),
});
export type BookLevel = z.infer<typeof Level>;

const Book = z.object({
  dataset: z.string(),
  symbol: z.string(),
  date: z.string(),
  ts_ns: z.string(),
  source: z.enum(['mbo', 'mbp-10']),
  records: z.number().nullable(),
  is_complete: z.boolean(),
  is_suspect: z.boolean(),
  bids: z.array(Level),
  asks: z.array(Level),
});
export type Book = z.infer<typeof Book>;

export interface BookWish {
  readonly symbol: string;
  readonly date: string;
  readonly dataset?: string;
  readonly tsNs: bigint;
  readonly levels: number;
  readonly withOrders: boolean;
}

export async function readBook(gateway: GatewayClient, wish: BookWish): Promise<Book> {
  const { symbol, date, dataset, tsNs, levels, withOrders } = wish;
  const query = { symbol, date, dataset, ts: isoOf(tsNs), depth: levels, orders: withOrders };
  return Book.parse(await call(gateway.options, 'GET', '/api/almanac/book', { query }));
}
