/**
 * The price levels of one side, to any depth and at any price: blocks of up to 40 levels in order, the best block last.
 *
 * A level is {key, size, count}, its size in two halves, of which the upper one is mostly nothing. Its key is the price, for asks with every bit turned: so on both sides the better price has the
 * larger key, the best level is the last of the last block, and nothing overflows. There is no tick and no window: a price off the
 * grid costs what another costs. The last block holds at least ten levels, or all there are, and ten cells before its first level
 * hold what an absent level shows: the ten best can always be read from the end of it without asking how many there are.
 */
import { give, take } from './heap';

/** Levels of a block, and how many of a full one stay behind when it splits: few, so that the best block soon holds most of what moves. */
const ROOM: i32 = 40;
const KEEP: i32 = 12;
const TOP: i32 = 10;
const BLOCK_BYTES: usize = 1024;
/** Offsets of the first level's values in a block; its count of levels stands first. */
export const KEYS: usize = 16 + 80;
export const SIZES: usize = KEYS + 320 + 40;
export const COUNTS: usize = SIZES + 160 + 40;
/** The upper halves of sizes: zeros, until a side is large. */
export const HIGHS: usize = COUNTS + 160;
/** The rank of a level that is not in the best block: at least the tenth. */
export const DEEP: i32 = 255;
export const UNDEF_PRICE: i64 = i64.MAX_VALUE;

@unmanaged
export class Side {
  best: usize;
  /** Pointers to the blocks, the worst first. */
  directory: usize;
  blocks: i32;
  directoryRoom: i32;
  /** 0 for bids, all ones for asks: price XOR turn is the key. */
  turn: i64;
  /** Orders with a lower priority were dropped by a clear. */
  floor: u64;
  orders: i32;
  levels: i32;
  /** Whether a size ever had more than 32 bits. */
  isLarge: bool;
  /** The top-of-book record, which is no order; its size is 0 when there is none. */
  topSize: u32;
  topId: u64;
  topKey: i64;
}

function newBlock(side: Side): usize {
  const block = take(BLOCK_BYTES);
  const absent = UNDEF_PRICE ^ side.turn;
  for (let i: usize = 16; i < KEYS; i += 8) store<i64>(block + i, absent);
  return block;
}

export function openSide(side: Side, turn: i64): void {
  side.turn = turn;
  side.floor = 1;
  side.directoryRoom = 16;
  side.directory = take(16 * 4);
  side.best = newBlock(side);
  store<u32>(side.directory, <u32>side.best);
  side.blocks = 1;
}

/** Drops all levels and makes every order that came before `priority` a dead one. */
export function clearSide(side: Side, priority: u64): void {
  for (let i = side.blocks - 2; i >= 0; i--) give(<usize>load<u32>(side.directory + ((<usize>i) << 2)), BLOCK_BYTES);
  store<u32>(side.directory, <u32>side.best);
  side.blocks = 1;
  store<i32>(side.best, 0);
  side.floor = priority;
  side.orders = 0;
  side.levels = 0;
  side.topSize = 0;
}

function firstKey(block: usize): i64 {
  return load<i64>(block, KEYS);
}

function blockAt(side: Side, slot: i32): usize {
  return <usize>load<u32>(side.directory + ((<usize>slot) << 2));
}

/** Place in the directory of the block where a key stands or would stand. */
function slotFor(side: Side, key: i64): i32 {
  const last = side.blocks - 1;
  if (last === 0 || firstKey(side.best) <= key) return last;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (firstKey(blockAt(side, middle)) <= key) low = middle;
    else high = middle;
  }
  return low;
}

function blockFor(side: Side, key: i64): usize {
  if (side.blocks === 1 || firstKey(side.best) <= key) return side.best;
  return blockAt(side, slotFor(side, key));
}

/**
 * The last level whose key is not above; -1 when all are. Most events are near the best: of sixteen at a time it counts those above
 * without a branch to guess, and walks only among the last few.
 */
function placeIn(block: usize, key: i64): i32 {
  let at = load<i32>(block) - 1;
  while (at >= 15) {
    const near = block + ((<usize>(at - 15)) << 3);
    const wanted = i64x2.splat(key);
    const first = v128.add<i64>(
      v128.add<i64>(v128.gt<i64>(v128.load(near, KEYS), wanted), v128.gt<i64>(v128.load(near, KEYS + 16), wanted)),
      v128.add<i64>(v128.gt<i64>(v128.load(near, KEYS + 32), wanted), v128.gt<i64>(v128.load(near, KEYS + 48), wanted)),
    );
    const second = v128.add<i64>(
      v128.add<i64>(v128.gt<i64>(v128.load(near, KEYS + 64), wanted), v128.gt<i64>(v128.load(near, KEYS + 80), wanted)),
      v128.add<i64>(
        v128.gt<i64>(v128.load(near, KEYS + 96), wanted),
        v128.gt<i64>(v128.load(near, KEYS + 112), wanted),
      ),
    );
    const both = v128.add<i64>(first, second);
    const above = -(<i32>(i64x2.extract_lane(both, 0) + i64x2.extract_lane(both, 1)));
    at -= above;
    if (above < 16) return at;
  }
  while (at >= 0 && load<i64>(block + ((<usize>at) << 3), KEYS) > key) at--;
  return at;
}

function isLevel(block: usize, at: i32, key: i64): bool {
  return at >= 0 && load<i64>(block + ((<usize>at) << 3), KEYS) === key;
}

function rankIn(side: Side, block: usize, at: i32): i32 {
  return block === side.best ? load<i32>(block) - 1 - at : DEEP;
}

/** How many levels are better than a price, whether or not it is a level. */
export function rankOf(side: Side, key: i64): i32 {
  const slot = slotFor(side, key);
  const block = blockAt(side, slot);
  let rank = load<i32>(block) - 1 - placeIn(block, key);
  for (let i = slot + 1; i < side.blocks; i++) rank += load<i32>(blockAt(side, i));
  return rank;
}

/** Rank among the ten best of a price that is one of them; -1 otherwise. */
export function rankShown(side: Side, key: i64): i32 {
  const at = placeIn(side.best, key);
  const rank = load<i32>(side.best) - 1 - at;
  return rank < TOP && isLevel(side.best, at, key) ? rank : -1;
}

/** Adds size and orders to a level, which it makes when there is none. Its rank afterwards: exact in the best block, else DEEP. */
export function raise(side: Side, key: i64, size: u32, count: u32): i32 {
  let block = blockFor(side, key);
  let at = placeIn(block, key);
  if (isLevel(block, at, key)) {
    const cell = block + ((<usize>at) << 2);
    const sum = <u64>load<u32>(cell, SIZES) + size;
    store<u32>(cell, <u32>sum, SIZES);
    store<u32>(cell, load<u32>(cell, COUNTS) + count, COUNTS);
    if (sum >>> 32 !== 0) {
      side.isLarge = true;
      store<u32>(cell, load<u32>(cell, HIGHS) + 1, HIGHS);
    }
    return rankIn(side, block, at);
  }
  at++;
  if (load<i32>(block) === ROOM) {
    const upper = split(side, block);
    if (at > KEEP) {
      block = upper;
      at -= KEEP;
    }
  }
  const levels = load<i32>(block);
  for (let i = levels; i > at; i--) copyLevel(side, block, i - 1, block, i);
  const cell = block + ((<usize>at) << 2);
  store<i64>(block + ((<usize>at) << 3), key, KEYS);
  store<u32>(cell, size, SIZES);
  store<u32>(cell, count, COUNTS);
  if (side.isLarge) store<u32>(cell, 0, HIGHS);
  store<i32>(block, levels + 1);
  side.levels++;
  return rankIn(side, block, at);
}

/** Takes size and orders from a level that has them, and the level away when nothing is left. Its rank before. */
export function lower(side: Side, key: i64, size: u32, count: u32): i32 {
  const block = blockFor(side, key);
  const at = placeIn(block, key);
  const rank = rankIn(side, block, at);
  const cell = block + ((<usize>at) << 2);
  const has = load<u32>(cell, SIZES);
  if (has === size && (!side.isLarge || load<u32>(cell, HIGHS) === 0)) {
    erase(side, block, at, key);
    return rank;
  }
  if (size > has) store<u32>(cell, load<u32>(cell, HIGHS) - 1, HIGHS);
  store<u32>(cell, has - size, SIZES);
  store<u32>(cell, load<u32>(cell, COUNTS) - count, COUNTS);
  return rank;
}

function copyLevel(side: Side, from: usize, i: i32, to: usize, j: i32): void {
  const source = from + ((<usize>i) << 3);
  const target = to + ((<usize>j) << 3);
  store<i64>(target, load<i64>(source, KEYS), KEYS);
  const source4 = from + ((<usize>i) << 2);
  const target4 = to + ((<usize>j) << 2);
  store<u32>(target4, load<u32>(source4, SIZES), SIZES);
  store<u32>(target4, load<u32>(source4, COUNTS), COUNTS);
  if (side.isLarge) store<u32>(target4, load<u32>(source4, HIGHS), HIGHS);
}

/** Moves the better part of a full block into a new one after it, which is returned. */
function split(side: Side, block: usize): usize {
  const slot = slotFor(side, firstKey(block));
  const upper = newBlock(side);
  for (let i = KEEP; i < ROOM; i++) copyLevel(side, block, i, upper, i - KEEP);
  store<i32>(block, KEEP);
  store<i32>(upper, ROOM - KEEP);
  if (side.blocks === side.directoryRoom) {
    const larger = take((<usize>side.directoryRoom) << 3);
    memory.copy(larger, side.directory, (<usize>side.directoryRoom) << 2);
    give(side.directory, (<usize>side.directoryRoom) << 2);
    side.directory = larger;
    side.directoryRoom <<= 1;
  }
  const after = side.directory + ((<usize>(slot + 1)) << 2);
  memory.copy(after + 4, after, (<usize>(side.blocks - slot - 1)) << 2);
  store<u32>(after, <u32>upper);
  side.blocks++;
  if (block === side.best) side.best = upper;
  return upper;
}

function erase(side: Side, block: usize, at: i32, key: i64): void {
  side.levels--;
  const levels = load<i32>(block) - 1;
  if (levels === 0 && block !== side.best) {
    dropBlock(side, slotFor(side, key));
    return;
  }
  for (let i = at; i < levels; i++) copyLevel(side, block, i + 1, block, i);
  store<i32>(block, levels);
  if (block === side.best && levels < TOP && side.blocks > 1) refill(side);
}

function dropBlock(side: Side, slot: i32): void {
  give(blockAt(side, slot), BLOCK_BYTES);
  const at = side.directory + ((<usize>slot) << 2);
  memory.copy(at, at + 4, (<usize>(side.blocks - slot - 1)) << 2);
  side.blocks--;
}

/** Brings levels of the second best block into the best one: all of them, or half when they do not fit. */
function refill(side: Side): void {
  const best = side.best;
  const second = blockAt(side, side.blocks - 2);
  const has = load<i32>(best);
  const there = load<i32>(second);
  const moved = there + has <= ROOM ? there : there >> 1;
  for (let i = has - 1; i >= 0; i--) copyLevel(side, best, i, best, i + moved);
  for (let i = 0; i < moved; i++) copyLevel(side, second, there - moved + i, best, i);
  store<i32>(best, has + moved);
  store<i32>(second, there - moved);
  if (moved === there) dropBlock(side, side.blocks - 2);
}

/** Writes size u64 and count u32 of a level; false when there is none. */
export function writeLevel(side: Side, key: i64, out: usize): bool {
  const block = blockFor(side, key);
  const at = placeIn(block, key);
  if (!isLevel(block, at, key)) return false;
  const cell = block + ((<usize>at) << 2);
  store<u32>(out, load<u32>(cell, SIZES));
  store<u32>(out, load<u32>(cell, HIGHS), 4);
  store<u32>(out, load<u32>(cell, COUNTS), 8);
  return true;
}

/** Writes the best levels, best first, 24 bytes each: price, size, count. How many there were to write. */
export function writeLevels(side: Side, most: i32, out: usize): i32 {
  let written = 0;
  for (let slot = side.blocks - 1; slot >= 0; slot--) {
    const block = blockAt(side, slot);
    for (let at = load<i32>(block) - 1; at >= 0; at--) {
      if (written === most) return written;
      const cell = block + ((<usize>at) << 2);
      store<i64>(out, load<i64>(block + ((<usize>at) << 3), KEYS) ^ side.turn);
      store<u32>(out, load<u32>(cell, SIZES), 8);
      store<u32>(out, load<u32>(cell, HIGHS), 12);
      store<u32>(out, load<u32>(cell, COUNTS), 16);
      out += 24;
      written++;
    }
  }
  return written;
}
