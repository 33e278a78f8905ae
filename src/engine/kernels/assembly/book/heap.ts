/** Memory that grows: pieces of a power of two, given back to a list of their size. */
import { HEAP } from './layout';

/** Heads of the lists of free pieces, by the power of two; then the pieces. */
const FREE: usize = HEAP;
const PIECES: usize = HEAP + 32 * 4;
const SMALLEST: i32 = 6;

let top: usize = PIECES;

function powerOf(bytes: usize): i32 {
  return max(SMALLEST, 32 - <i32>clz<u32>(<u32>(bytes - 1)));
}

/** A zeroed piece on a cache line. Traps when the memory may not grow further: the caller of the kernel says so. */
export function take(bytes: usize): usize {
  const power = powerOf(bytes);
  const head = FREE + ((<usize>power) << 2);
  const free = <usize>load<u32>(head);
  const whole: usize = (<usize>1) << power;
  if (free !== 0) {
    store<u32>(head, load<u32>(free));
    memory.fill(free, 0, whole);
    return free;
  }
  const start = (top + 63) & ~63;
  const end = start + whole;
  if (end < start || end > 0xffff0000) unreachable();
  const missing = <i32>((end + 0xffff) >>> 16) - memory.size();
  // Growing by an eighth keeps the number of growths small.
  if (missing > 0 && memory.grow(missing + (memory.size() >>> 3)) < 0 && memory.grow(missing) < 0) unreachable();
  top = end;
  return start;
}

export function give(piece: usize, bytes: usize): void {
  const head = FREE + ((<usize>powerOf(bytes)) << 2);
  store<u32>(piece, load<u32>(head));
  store<u32>(head, <u32>piece);
}
