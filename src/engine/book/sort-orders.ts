/** Puts the orders of a book in the order of its queues: bids first, then asks, by level from the best, by priority. */
import { assert } from '#base/assert.js';
import { ASK, type OrderColumns, placeOrders } from './book-machine.js';

const DIGIT = 65_536;

/**
 * Stable counting sorts by 16 bits, from the least to the most important: priority, price, side. A pass whose digits are all equal
 * (the upper words of prices) only looks at them, so a book of 100,000 orders takes about six passes.
 */
export function sortOrders(orders: OrderColumns): OrderColumns {
  const { rows } = orders;
  const [low, high] = [new Uint32Array(rows), new Uint32Array(rows)];
  let order: Uint32Array = Uint32Array.from({ length: rows }, (_, row) => row);
  const sort = (digits: Uint32Array, shift: number) => {
    order = sortByDigit(order, digits, shift);
  };
  for (let row = 0; row < rows; row++) {
    assert(Number.isSafeInteger(orders.priority[row]!), 'a priority counts records');
    low[row] = orders.priority[row]! % 4_294_967_296;
    high[row] = orders.priority[row]! / 4_294_967_296;
  }
  for (const digits of [low, high]) for (const shift of [0, 16]) sort(digits, shift);
  // Ascending in the worse direction first: asks by price, bids by the price with all its bits turned, both with the sign moved up.
  const words = new Uint32Array(orders.price.buffer, orders.price.byteOffset, 2 * rows);
  for (let row = 0; row < rows; row++) {
    const turned = orders.side[row] === ASK ? 0 : 0xffffffff;
    low[row] = words[2 * row]! ^ turned;
    high[row] = words[2 * row + 1]! ^ turned ^ 0x80000000;
  }
  for (const digits of [low, high]) for (const shift of [0, 16]) sort(digits, shift);
  sort(Uint32Array.from(orders.side), 0);
  return inOrder(orders, order);
}

function sortByDigit(order: Uint32Array, digits: Uint32Array, shift: number): Uint32Array {
  const starts = new Uint32Array(DIGIT + 1);
  for (const digit of digits) starts[((digit >>> shift) & 0xffff) + 1]!++;
  if (digits.length === 0 || starts[((digits[0]! >>> shift) & 0xffff) + 1] === digits.length) return order;
  for (let i = 0; i < DIGIT; i++) starts[i + 1]! += starts[i]!;
  const sorted = new Uint32Array(order.length);
  for (const row of order) sorted[starts[(digits[row]! >>> shift) & 0xffff]!++] = row;
  return sorted;
}

function inOrder(orders: OrderColumns, order: Uint32Array): OrderColumns {
  const sorted = placeOrders(orders.rows);
  order.forEach((from, to) => {
    sorted.orderId[to] = orders.orderId[from]!;
    sorted.price[to] = orders.price[from]!;
    sorted.size[to] = orders.size[from]!;
    sorted.side[to] = orders.side[from]!;
    sorted.priority[to] = orders.priority[from]!;
  });
  return sorted;
}
