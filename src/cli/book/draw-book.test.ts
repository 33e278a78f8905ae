import { expect, it } from 'vitest';
import { bookTitle, drawBook, orderTable, sayQueues } from './draw-book.js';
import type { Book, BookLevel } from './read-book.js';

const queue = (px: string, sizes: readonly number[], level = 0): BookLevel => ({
  level,
  px,
  sz: sizes.reduce((sum, size) => sum + size, 0),
  ct: sizes.length,
  orders: sizes.map((sz, position) => ({
    order_id: String(100 + position),
    sz,
    position,
    sz_ahead: sizes.slice(0, position).reduce((sum, size) => sum + size, 0),
  })),
});

const book = (rest: Partial<Book>): Book => ({
  dataset: 'XNAS.ITCH',
  symbol: 'NVDA',
  date: '2026-02-02',
  ts_ns: '1770046200123456789',
  source: 'mbo',
  records: 9643,
  is_complete: true,
  is_suspect: false,
  bids: [],
  asks: [],
  ...rest,
});

it('draws the best prices at the top, bids left and asks right, with the orders of a queue in turns of shade', () => {
  const drawn = drawBook(
    book({
      bids: [queue('10.1', [600, 600]), queue('9.99', [100], 1)],
      asks: [queue('10.125', [300, 300, 600, 1200])],
    }),
  );
  expect(drawn).toEqual([
    'orders   size                              bid │ ask                                size  orders',
    // Half as much as the largest, the first order beside its price.
    '     2  1,200              ▒▒▒▒▒▒██████  10.10 │ 10.125  ███▒▒▒██████▒▒▒▒▒▒▒▒▒▒▒▒  2,400       4',
    '     1    100                         █   9.99 │'.trimEnd(),
    '',
    'spread 0.025, middle 10.1125',
  ]);
});

it('draws a plain bar where the queue is longer than the bar', () => {
  const [, line] = drawBook(
    book({
      bids: [
        queue(
          '10',
          Array.from({ length: 60 }, () => 1),
        ),
      ],
    }),
  );
  expect(line).toContain('█'.repeat(24));
});

it('says that there is no spread when one side is empty, and draws nothing of an empty book', () => {
  expect(drawBook(book({ asks: [queue('1.00', [5])] })).at(-1)).toBe('One side is empty: there is no spread.');
  expect(drawBook(book({}))).toHaveLength(3);
});

it('says who is first and who is last in the queue at the best prices', () => {
  expect(sayQueues(book({ bids: [queue('10.1', [1, 2, 3, 4, 5, 6, 7, 8, 9])], asks: [queue('10.2', [70])] }))).toEqual([
    'bid 10.10  1 | 2 | 3 | 4 | 5 | 6 | 2 more | 9, behind 36',
    'ask 10.20  70',
  ]);
  expect(sayQueues(book({ bids: [queue('10.1', [1, 2])] }))).toEqual(['bid 10.10  1 | 2, behind 1']);
});

it('lists every order of every level with its place', () => {
  expect(orderTable(book({ bids: [queue('10.1', [300, 50]), queue('10', [7], 1)] }))).toEqual([
    'side  price  place  order  size  ahead of it',
    '----  -----  -----  -----  ----  -----------',
    'bid   10.10      1    100   300            0',
    'bid   10.10      2    101    50          300',
    'bid   10.00      1    100     7            0',
  ]);
});

it('names the moment to the nanosecond, and what is to be known of it', () => {
  expect(bookTitle(book({}))).toBe('NVDA (XNAS.ITCH), 2026-02-02 10:30:00.123456789 in New York, after 9,643 records');
  const odd = bookTitle(book({ is_complete: false, is_suspect: true, records: null }));
  expect(odd).toContain('as the venue told its levels, in the middle of a venue event, suspect');
});
