/**
 * The ten best levels of both sides on their way into columns: kept row by row for up to sixteen rows, then turned into columns at once.
 *
 * A row has values in 60 columns, each on a page of its own: written one by one they cost more than all the rest, since a
 * processor remembers fewer pages than that. Turned over by sixteens, every column is visited once for all of them.
 */
import { ASK_CT, ASK_PX, ASK_SZ, BID_CT, BID_PX, BID_SZ, LEVEL, STAGE } from './layout';
import { COUNTS, HIGHS, KEYS, SIZES, Side } from './levels';

const SHOWN: i32 = 10;
/** Rows that wait; the bytes of one: keys of 8 bytes, sizes and counts of 4, of bids and of asks, the tenth best first. */
const WAITING: i32 = 16;
const ROW_BYTES: usize = 320;
const ROW_SIZES: usize = 160;
const ROW_COUNTS: usize = 240;
const U32_MAX: u32 = 0xffffffff;

let waiting: i32 = 0;

/** The last ten cells of each best block: those before its first level hold what an absent one shows. True when the stage is full. */
export function stage(bids: Side, asks: Side): bool {
  const to = STAGE + <usize>waiting * ROW_BYTES;
  stageSide(bids, to, to + ROW_SIZES, to + ROW_COUNTS);
  stageSide(asks, to + 80, to + ROW_SIZES + 40, to + ROW_COUNTS + 40);
  return ++waiting === WAITING;
}

function stageSide(side: Side, keys: usize, sizes: usize, counts: usize): void {
  const block = side.best;
  const tenth = load<i32>(block) - SHOWN;
  const from8 = block + (tenth << 3);
  const from4 = block + (tenth << 2);
  v128.store(keys, v128.load(from8, KEYS));
  v128.store(keys, v128.load(from8, KEYS + 16), 16);
  v128.store(keys, v128.load(from8, KEYS + 32), 32);
  v128.store(keys, v128.load(from8, KEYS + 48), 48);
  v128.store(keys, v128.load(from8, KEYS + 64), 64);
  v128.store(sizes, v128.load(from4, SIZES));
  v128.store(sizes, v128.load(from4, SIZES + 16), 16);
  store<u64>(sizes, load<u64>(from4, SIZES + 32), 32);
  v128.store(counts, v128.load(from4, COUNTS));
  v128.store(counts, v128.load(from4, COUNTS + 16), 16);
  store<u64>(counts, load<u64>(from4, COUNTS + 32), 32);
  if (side.isLarge) limitSizes(from4, tenth, sizes);
}

/** A size column has 32 bits: what does not fit is told as the most that fits. */
function limitSizes(from4: usize, tenth: i32, sizes: usize): void {
  for (let level = max(0, -tenth); level < SHOWN; level++)
    if (load<u32>(from4 + ((<usize>level) << 2), HIGHS) !== 0) store<u32>(sizes + ((<usize>level) << 2), U32_MAX);
}

/** Writes the rows that wait into the columns of a block, so that the last of them is row `end - 1`. */
export function unstage(out: usize, end: i32): void {
  const first = end - waiting;
  if (waiting === WAITING) turnOver(out, first);
  else for (let row = 0; row < waiting; row++) writeOne(out, first + row, STAGE + <usize>row * ROW_BYTES);
  waiting = 0;
}

function writeOne(out: usize, row: i32, from: usize): void {
  let to8 = out + ((<usize>row) << 3);
  let to4 = out + ((<usize>row) << 2);
  for (let level = SHOWN - 1; level >= 0; level--) {
    const at8 = from + ((<usize>level) << 3);
    const at4 = from + ((<usize>level) << 2);
    store<i64>(to8, load<i64>(at8), BID_PX);
    store<i64>(to8, ~load<i64>(at8, 80), ASK_PX);
    store<u32>(to4, load<u32>(at4, ROW_SIZES), BID_SZ);
    store<u32>(to4, load<u32>(at4, ROW_SIZES + 40), ASK_SZ);
    store<u32>(to4, load<u32>(at4, ROW_COUNTS), BID_CT);
    store<u32>(to4, load<u32>(at4, ROW_COUNTS + 40), ASK_CT);
    to8 += LEVEL;
    to4 += LEVEL;
  }
}

/** Sixteen rows from `first` on, two levels at a time: the worse one of a pair stands first in the row. */
function turnOver(out: usize, first: i32): void {
  const to8 = out + ((<usize>first) << 3);
  const to4 = out + ((<usize>first) << 2);
  const asIs = i64x2.splat(0);
  const turned = i64x2.splat(-1);
  for (let pair = 0; pair < SHOWN / 2; pair++) {
    const from8 = STAGE + ((<usize>pair) << 4);
    const from4 = STAGE + ((<usize>pair) << 3);
    const worse = <usize>(SHOWN - 1 - 2 * pair) * LEVEL;
    turnKeys(from8, to8 + BID_PX + worse, asIs);
    turnKeys(from8 + 80, to8 + ASK_PX + worse, turned);
    turnWords(from4 + ROW_SIZES, to4 + BID_SZ + worse);
    turnWords(from4 + ROW_SIZES + 40, to4 + ASK_SZ + worse);
    turnWords(from4 + ROW_COUNTS, to4 + BID_CT + worse);
    turnWords(from4 + ROW_COUNTS + 40, to4 + ASK_CT + worse);
  }
}

function turnKeys(from: usize, worse: usize, turn: v128): void {
  const better = worse - LEVEL;
  for (let row = 0; row < WAITING; row += 2) {
    const a = v128.xor(v128.load(from), turn);
    const b = v128.xor(v128.load(from, ROW_BYTES), turn);
    v128.store(worse + ((<usize>row) << 3), v128.shuffle<i64>(a, b, 0, 2));
    v128.store(better + ((<usize>row) << 3), v128.shuffle<i64>(a, b, 1, 3));
    from += 2 * ROW_BYTES;
  }
}

function turnWords(from: usize, worse: usize): void {
  const better = worse - LEVEL;
  for (let row = 0; row < WAITING; row += 4) {
    const a = v128.shuffle<i32>(v128.load64_zero(from), v128.load64_zero(from + ROW_BYTES), 0, 4, 1, 5);
    const b = v128.shuffle<i32>(
      v128.load64_zero(from + 2 * ROW_BYTES),
      v128.load64_zero(from + 3 * ROW_BYTES),
      0,
      4,
      1,
      5,
    );
    v128.store(worse + ((<usize>row) << 2), v128.shuffle<i64>(a, b, 0, 2));
    v128.store(better + ((<usize>row) << 2), v128.shuffle<i64>(a, b, 1, 3));
    from += 4 * ROW_BYTES;
  }
}
