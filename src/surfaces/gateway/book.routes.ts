/** The time-travel book: a day's order book at any nanosecond, and what changes from there (DESIGN.md 5.6). */
import { z } from 'zod';
import { datasetOf } from '#services/market/day-reader.js';
import { isDataset, isDate, isSymbol } from '#services/market/names.js';
import { bookAtMoment, followFrom } from '#services/market/time-travel.service.js';
import { openEventStream } from '../http/event-stream.js';
import type { App } from '../http/surface.js';
import { intText } from '../http/text-values.js';
import { BookWire, nanosOf, toBookWire, toChangeWire } from './book.wire.js';
import type { GatewayDesk } from './desk.js';

const MomentQuery = z.object({
  symbol: z
    .string()
    .transform((text) => text.toUpperCase())
    .refine(isSymbol, 'no symbol'),
  date: z.string().refine(isDate, 'a date such as 2026-02-02'),
  dataset: z.string().refine(isDataset, 'a dataset such as XNAS.ITCH').optional(),
  /** ISO 8601 with up to nine digits, or epoch milli-, micro- or nanoseconds by their number of digits. */
  ts: nanosOf,
  clock: z.enum(['ts_event', 'ts_recv']).default('ts_event'),
});

/** As many changes as fit what a slow reader may leave unread; who wants more asks again from the last one. */
const CHANGES_MAX = 2000;
/** Between so many the loop has its turn. */
const CHANGES_A_TURN = 100;

const CLOCKS = { ts_event: 'tsEvent', ts_recv: 'tsRecv' } as const;

export function bookRoutes(app: App, { market }: GatewayDesk): void {
  const momentOf = async ({ symbol, date, dataset, ts, clock }: z.output<typeof MomentQuery>) => ({
    day: { symbol, date, dataset: await datasetOf(market, symbol, dataset) },
    tsNs: ts,
    clock: CLOCKS[clock],
  });

  app.get(
    '/api/almanac/book',
    {
      schema: {
        summary: 'The order book of a day at any nanosecond, to any depth, with every order in its queue',
        querystring: MomentQuery.extend({
          depth: intText.pipe(z.int().min(1).max(10_000)).default(10),
          orders: z.enum(['true', 'false', '1', '0']).default('false'),
        }),
        response: { 200: BookWire },
      },
    },
    async ({ query }) => {
      const withOrders = query.orders === 'true' || query.orders === '1';
      const moment = await momentOf(query);
      return toBookWire(moment, await bookAtMoment(market, { ...moment, depth: query.depth, withOrders }));
    },
  );

  app.get(
    '/api/almanac/book/changes',
    {
      // A HEAD of it would never end.
      exposeHeadRoute: false,
      schema: {
        summary: 'Server-sent events: `change` for each venue event after a moment, then `end`',
        querystring: MomentQuery.extend({ limit: intText.pipe(z.int().min(1).max(CHANGES_MAX)).default(500) }),
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const { limit } = request.query;
      const changes = followFrom(market, await momentOf(request.query));
      // The first one before the stream is open: a day without orders is still said as an error.
      let change = await changes.next();
      const stream = openEventStream(request, reply, app.closing);
      let isOver = false;
      stream.onEnd(() => {
        isOver = true;
      });
      let sent = 0;
      for (; change.done !== true && sent < limit && !isOver; change = await changes.next()) {
        stream.send('change', toChangeWire(change.value), String(change.value.tsEventNs));
        sent++;
        if (sent % CHANGES_A_TURN === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      }
      stream.send('end', { sent, has_more: change.done !== true });
      await changes.return(undefined);
      return reply;
    },
  );
}
