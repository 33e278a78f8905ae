/** The book at a nanosecond of a day, rebuilt from single orders and held against the stored rows, then drawn. */
import { call } from '@almanac/sdk';
import { z } from 'zod';
import { bookTitle, drawBook, sayQueues } from '../../book/draw-book.js';
import { momentNs } from '../../book/moment.js';
import { type Book, readBook } from '../../book/read-book.js';
import { sayCount } from '../../screen.js';
import type { Journey } from '../journey.js';
import { bookDays } from './days.js';

const LEVELS = 10;
/** The last nanosecond of a millisecond: umiki's own answer counts in milliseconds, and means the same rows. */
const TIME = '10:30:00.123999999';

const Level = z.object({ px: z.number(), sz: z.number(), ct: z.number() });
const Stored = z.object({ bids: z.array(Level), asks: z.array(Level) });

export async function seekBook({ screen, umiki, gateway }: Journey): Promise<void> {
  const { dataset, symbol, date } = bookDays[0]!;
  const tsNs = momentNs(date, TIME)!;
  const book = await screen.step(`the book of ${symbol} at ${TIME}`, async () => {
    const value = await readBook(gateway, { dataset, symbol, date, tsNs, levels: LEVELS, withOrders: true });
    const query = { dataset, symbol, date, ts: String(tsNs / 1_000_000n) };
    const stored = Stored.parse(await call(umiki.options, 'GET', '/api/data/book', { query }));
    if (shown(value) !== shown(stored)) throw new Error('The book of single orders is not that of the stored rows');
    const orders = [...value.bids, ...value.asks].reduce((sum, level) => sum + level.ct, 0);
    const says = `${sayCount(orders)} orders on ${value.bids.length + value.asks.length} levels, the same as the stored rows say`;
    return { says, value, facts: { book: value } };
  });
  screen.line();
  for (const line of [bookTitle(book), '', ...drawBook(book)]) screen.line(`  ${line}`.trimEnd());
  screen.line('  Who queues at the best prices, the first to be filled first:');
  for (const line of sayQueues(book)) screen.line(`  ${line}`);
  screen.line();
}

/** Levels of both sides in one text, whatever form their prices have. */
const shown = ({ bids, asks }: Book | z.infer<typeof Stored>) =>
  JSON.stringify([bids, asks].map((side) => side.map(({ px, sz, ct }) => [Number(px), sz, ct])));
