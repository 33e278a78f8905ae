/**
 * Market-by-order records from bytes to columns. The twin is data/dbn/read-mbo.ts.
 *
 * The columns of 65,536 rows stand at places known here, so that a store needs no address of its own in a register: thirteen of
 * them would take twice as long. They lie as placeMboBlock lays them; kernels/mbo.ts tells where, and a test compares.
 */

/** Where the block begins: after the first page and the bytes that come in. */
const BLOCK: usize = 65536 + 16384;
/** A column of 65,536 numbers of so many bytes: one cache line more than they take. */
const WIDE: usize = 65536 * 8 + 64;
const WORD: usize = 65536 * 4 + 64;
const HALF: usize = 65536 * 2 + 64;
const BYTE: usize = 65536 + 64;

const TS_EVENT: usize = BLOCK;
const PRICE: usize = TS_EVENT + WIDE;
const TS_RECV: usize = PRICE + WIDE;
const INSTRUMENT: usize = TS_RECV + WIDE;
const SIZE: usize = INSTRUMENT + WORD;
const DELTA: usize = SIZE + WORD;
const SEQUENCE: usize = DELTA + WORD;
const PUBLISHER: usize = SEQUENCE + WORD;
const FLAGS: usize = PUBLISHER + HALF;
const ACTION: usize = FLAGS + BYTE;
const SIDE: usize = ACTION + BYTE;
const ORDER_ID: usize = SIDE + BYTE;
const CHANNEL: usize = ORDER_ID + WIDE;

/**
 * Of `count` records of `stride` bytes from `from` on, as many as begin with `head` (length and rtype), into rows from `row` on. Says
 * how many it read.
 */
export function readMbo(from: usize, stride: i32, count: i32, head: u32, row: i32): i32 {
  const end = row + count;
  const step = <usize>stride;
  let record = from;
  let to = row;
  while (to + 4 <= end && readFour(record, step, head, <usize>to)) {
    record += step << 2;
    to += 4;
  }
  while (to < end && readOne(record, head, <usize>to)) {
    record += step;
    to++;
  }
  return to - row;
}

/** Four records at once, so that a store takes a whole vector of a column; false, and nothing written, when one is of another kind. */
function readFour(record: usize, step: usize, head: u32, to: usize): bool {
  const second = record + step;
  const third = second + step;
  const fourth = third + step;
  const a0 = v128.load(record);
  const a1 = v128.load(second);
  const a2 = v128.load(third);
  const a3 = v128.load(fourth);
  // Words 0 and 1 of two records side by side, and then of all four.
  const openings01 = v128.shuffle<i32>(a0, a1, 0, 4, 1, 5);
  const openings23 = v128.shuffle<i32>(a2, a3, 0, 4, 1, 5);
  const openings = v128.shuffle<i64>(openings01, openings23, 0, 2);
  const heads = v128.and(openings, i32x4.splat(0xffff));
  if (!i32x4.all_true(i32x4.eq(heads, i32x4.splat(<i32>head)))) return false;
  const word = to << 2;
  const wide = to << 3;
  const publishers = i32x4.shr_u(openings, 16);
  v128.store64_lane(to << 1, i16x8.narrow_i32x4_u(publishers, publishers), 0, PUBLISHER);
  v128.store(word, v128.shuffle<i64>(openings01, openings23, 1, 3), INSTRUMENT);
  v128.store(wide, v128.shuffle<i64>(a0, a1, 1, 3), TS_EVENT);
  v128.store(wide, v128.shuffle<i64>(a2, a3, 1, 3), TS_EVENT + 16);

  const b0 = v128.load(record, 16);
  const b1 = v128.load(second, 16);
  const b2 = v128.load(third, 16);
  const b3 = v128.load(fourth, 16);
  v128.store(wide, v128.shuffle<i64>(b0, b1, 0, 2), ORDER_ID);
  v128.store(wide, v128.shuffle<i64>(b2, b3, 0, 2), ORDER_ID + 16);
  v128.store(wide, v128.shuffle<i64>(b0, b1, 1, 3), PRICE);
  v128.store(wide, v128.shuffle<i64>(b2, b3, 1, 3), PRICE + 16);

  const c0 = v128.load(record, 32);
  const c1 = v128.load(second, 32);
  const c2 = v128.load(third, 32);
  const c3 = v128.load(fourth, 32);
  const sizes01 = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5);
  const sizes23 = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
  v128.store(word, v128.shuffle<i64>(sizes01, sizes23, 0, 2), SIZE);
  v128.store(wide, v128.shuffle<i64>(c0, c1, 1, 3), TS_RECV);
  v128.store(wide, v128.shuffle<i64>(c2, c3, 1, 3), TS_RECV + 16);
  const codes = v128.shuffle<i64>(sizes01, sizes23, 1, 3);
  const turned = v128.shuffle<i8>(codes, codes, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  v128.store32_lane(to, turned, 0, FLAGS);
  v128.store32_lane(to, turned, 1, CHANNEL);
  v128.store32_lane(to, turned, 2, ACTION);
  v128.store32_lane(to, turned, 3, SIDE);

  const d01 = v128.load64_lane(second, v128.load64_zero(record, 48), 1, 48);
  const d23 = v128.load64_lane(fourth, v128.load64_zero(third, 48), 1, 48);
  v128.store(word, v128.shuffle<i32>(d01, d23, 0, 2, 4, 6), DELTA);
  v128.store(word, v128.shuffle<i32>(d01, d23, 1, 3, 5, 7), SEQUENCE);
  return true;
}

function readOne(record: usize, head: u32, to: usize): bool {
  const opening = load<u32>(record);
  if ((opening & 0xffff) !== head) return false;
  const word = to << 2;
  const wide = to << 3;
  store<u16>(to << 1, <u16>(opening >> 16), PUBLISHER);
  store<u32>(word, load<u32>(record, 4), INSTRUMENT);
  store<u64>(wide, load<u64>(record, 8), TS_EVENT);
  store<u64>(wide, load<u64>(record, 16), ORDER_ID);
  store<u64>(wide, load<u64>(record, 24), PRICE);
  store<u32>(word, load<u32>(record, 32), SIZE);
  store<u8>(to, load<u8>(record, 36), FLAGS);
  store<u8>(to, load<u8>(record, 37), CHANNEL);
  store<u8>(to, load<u8>(record, 38), ACTION);
  store<u8>(to, load<u8>(record, 39), SIDE);
  store<u64>(wide, load<u64>(record, 40), TS_RECV);
  store<u32>(word, load<u32>(record, 48), DELTA);
  store<u32>(word, load<u32>(record, 52), SEQUENCE);
  return true;
}
