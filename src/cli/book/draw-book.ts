/** A book drawn for a terminal: bids on the left, asks on the right, the best at the top, the queues in the bars and in words. */
import { sayCount, table } from '../screen.js';
import { sayMoment } from './moment.js';
import type { Book, BookLevel } from './read-book.js';

const BAR_WIDTH = 24;
/** One order after the other in the queue. */
const SHADES = ['█', '▒'] as const;

type Side = 'bids' | 'asks';

/**
 * The lines of the drawing. Where orders are given and a bar has room for all of its own, a change of shade is the next order of the
 * queue, the first one beside its price.
 */
export function drawBook(book: Book): string[] {
  const { bids, asks } = book;
  const rows = Math.max(bids.length, asks.length);
  const sizeMax = Math.max(1, ...[...bids, ...asks].map(({ sz }) => sz));
  const half = { bids: halfOf(bids, 'bids', sizeMax), asks: halfOf(asks, 'asks', sizeMax) };
  const lines = Array.from({ length: rows }, (_, i) => `${half.bids(i)} │ ${half.asks(i)}`.trimEnd());
  const heads = `${half.bids('bid')} │ ${half.asks('ask')}`.trimEnd();
  return [heads, ...lines, '', sayTouch(book)];
}

/** Gives the half of a line, or of the line that names the columns. */
function halfOf(levels: readonly BookLevel[], side: Side, sizeMax: number): (of: number | string) => string {
  const prices = alignedPrices(levels);
  const priceWidth = Math.max(3, ...prices.map(({ length }) => length));
  const sizeWidth = Math.max(4, ...levels.map(({ sz }) => sayCount(sz).length));
  const join = (orders: string, size: string, bar: string, price: string) => {
    const parts = [orders.padStart(6), size.padStart(sizeWidth)];
    return side === 'bids'
      ? [...parts, bar.padStart(BAR_WIDTH), price.padStart(priceWidth)].join('  ')
      : [price.padEnd(priceWidth), bar.padEnd(BAR_WIDTH), ...parts.reverse()].join('  ');
  };
  return (of) => {
    if (typeof of === 'string') return join('orders', 'size', '', of);
    const level = levels[of];
    return level === undefined
      ? join('', '', '', '')
      : join(sayCount(level.ct), sayCount(level.sz), barOf(level, side, sizeMax), prices[of]!);
  };
}

/** As many digits behind the point as the longest price has, two at least. */
function alignedPrices(levels: readonly BookLevel[]): string[] {
  const digits = fractionDigits(levels);
  return levels.map(({ px }) => {
    const [whole, fraction = ''] = px.split('.');
    return `${whole}.${fraction.padEnd(digits, '0')}`;
  });
}

const fractionDigits = (levels: readonly BookLevel[]) =>
  Math.max(2, ...levels.map(({ px }) => (px.split('.')[1] ?? '').length));

/** What is there at all is seen, however small. */
function barOf({ sz, orders }: BookLevel, side: Side, sizeMax: number): string {
  const cells = Math.max(1, Math.round((BAR_WIDTH * sz) / sizeMax));
  if (orders.length > cells) return SHADES[0].repeat(cells);
  const bar = Array.from({ length: cells }, (_, cell) => SHADES[orderAt(orders, ((cell + 0.5) * sz) / cells) % 2]);
  return (side === 'bids' ? bar.reverse() : bar).join('');
}

/** Which order of the queue holds the share at this place, counted from the front. */
function orderAt(orders: BookLevel['orders'], place: number): number {
  const behind = orders.findIndex(({ sz_ahead: ahead }) => ahead > place);
  return behind === -1 ? Math.max(0, orders.length - 1) : behind - 1;
}

function sayTouch({ bids, asks }: Book): string {
  const [bid, ask] = [bids[0], asks[0]];
  if (bid === undefined || ask === undefined) return 'One side is empty: there is no spread.';
  const digits = fractionDigits([bid, ask]);
  const spread = (Number(ask.px) - Number(bid.px)).toFixed(digits);
  const middle = ((Number(ask.px) + Number(bid.px)) / 2).toFixed(digits + 1);
  return `spread ${spread}, middle ${middle}`;
}

const QUEUE_SHOWN = 6;

/** Who queues at the best prices, the first to be filled first: `bid 325.08  300 | 100 | 141 more | 200, behind 62,198`. */
export const sayQueues = ({ bids, asks }: Book): string[] => [
  ...bids.slice(0, 1).flatMap((level) => sayQueue('bid', level)),
  ...asks.slice(0, 1).flatMap((level) => sayQueue('ask', level)),
];

function sayQueue(side: string, level: BookLevel): string[] {
  const before = level.orders.slice(0, -1);
  const last = level.orders.at(-1);
  if (last === undefined) return [];
  const shown = before.slice(0, QUEUE_SHOWN).map(({ sz }) => sayCount(sz));
  const left = before.length - shown.length;
  const end = before.length === 0 ? sayCount(last.sz) : `${sayCount(last.sz)}, behind ${sayCount(last.sz_ahead)}`;
  const queue = [...shown, ...(left > 0 ? [`${sayCount(left)} more`] : []), end];
  return [`${side} ${alignedPrices([level])[0]}  ${queue.join(' | ')}`];
}

/** Whose book, when, and how far into the day. */
export function bookTitle({ dataset, symbol, ts_ns, records, is_complete, is_suspect }: Book): string {
  const after = records === null ? 'as the venue told its levels' : `after ${sayCount(records)} records`;
  const within = is_complete ? '' : ', in the middle of a venue event';
  const suspect = is_suspect ? ', suspect: the feed said that something was lost' : '';
  return `${symbol} (${dataset}), ${sayMoment(BigInt(ts_ns))}, ${after}${within}${suspect}`;
}

/** Every order of the levels shown, in the order in which they would be filled. */
export function orderTable({ bids, asks }: Book): string[] {
  const rowsOf = (side: string, levels: readonly BookLevel[]) =>
    levels.flatMap(({ orders }, i) =>
      orders.map((order) => [
        side,
        alignedPrices(levels)[i]!,
        String(order.position + 1),
        order.order_id,
        sayCount(order.sz),
        sayCount(order.sz_ahead),
      ]),
    );
  return table(
    ['side', 'price', 'place', 'order', 'size', 'ahead of it'],
    [...rowsOf('bid', bids), ...rowsOf('ask', asks)],
  );
}
