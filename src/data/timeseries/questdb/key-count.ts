/**
 * How many rows of a write have the key of a later one in it.
 *
 * QuestDB keeps the last row of every key and does not say how many it left out, so we count before we send. Rows whose times
 * only grow have no equal keys, and cost nothing but that look. The others are counted in a table of hashes: a time is exact
 * in it, and the other key columns stand as 64 bits of hash, so that a false equal would need the same time as well.
 */
import type { BlockColumn, ColumnBlock } from '../column-block.js';

/** Two 32-bit words a row, or null where `timestamp` is the only key. */
export type KeyHashes = Uint32Array<ArrayBuffer> | null;

export interface KeyCounter {
  add(timestampUs: BigInt64Array, hashes: KeyHashes): void;
  /** Gives way to the loop now and then. */
  duplicates(): Promise<number>;
}

const SLICE_ROWS = 65_536;

export function makeKeyCounter(): KeyCounter {
  const blocks: { times: Uint32Array; hashes: KeyHashes }[] = [];
  let rows = 0;
  let last = -1;
  let isAscending = true;
  return {
    add(timestampUs, hashes) {
      const times = new Uint32Array(timestampUs.buffer, timestampUs.byteOffset, 2 * timestampUs.length);
      for (let row = 0; row < timestampUs.length && isAscending; row++) {
        const us = times[2 * row + 1]! * 4294967296 + times[2 * row]!;
        isAscending = us > last;
        last = us;
      }
      rows += timestampUs.length;
      // They may turn out to be needed by a block that is still to come.
      blocks.push({ times, hashes });
    },
    async duplicates() {
      if (isAscending) return 0;
      const table = openTable(rows);
      let found = 0;
      for (const { times, hashes } of blocks)
        for (let start = 0; start < times.length / 2; start += SLICE_ROWS) {
          found += table.put(times, hashes, start, Math.min(times.length / 2, start + SLICE_ROWS));
          await new Promise<void>((resolve) => setImmediate(resolve));
        }
      return found;
    },
  };
}

/** An open hash table of four words a place; a place is free while its mark is not set. */
function openTable(rows: number) {
  const places = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * rows)));
  const words = new Uint32Array(4 * places);
  const taken = new Uint8Array(places);
  return {
    put(times: Uint32Array, hashes: KeyHashes, from: number, to: number): number {
      let met = 0;
      for (let row = from; row < to; row++) {
        const [low, high] = [times[2 * row]!, times[2 * row + 1]!];
        const first = hashes === null ? 0 : hashes[2 * row]!;
        const second = hashes === null ? 0 : hashes[2 * row + 1]!;
        let place = mix(mix(low ^ 0x9e3779b9, high), first) & (places - 1);
        for (; taken[place] === 1; place = (place + 1) & (places - 1)) {
          const at = 4 * place;
          if (words[at] === low && words[at + 1] === high && words[at + 2] === first && words[at + 3] === second) break;
        }
        if (taken[place] === 1) met++;
        else {
          taken[place] = 1;
          words.set([low, high, first, second], 4 * place);
        }
      }
      return met;
    },
  };
}

/** Of every row, over the key columns; null when there are none. */
export function keyHashesOf(block: ColumnBlock, keyColumns: readonly number[]): KeyHashes {
  if (keyColumns.length === 0) return null;
  const hashes = new Uint32Array(2 * block.rows);
  for (let row = 0; row < block.rows; row++) {
    hashes[2 * row] = 0x811c9dc5;
    hashes[2 * row + 1] = 0x01000193;
  }
  for (const index of keyColumns) hashColumn(block.columns[index]!, hashes);
  return hashes;
}

function hashColumn(column: BlockColumn, hashes: Uint32Array): void {
  const isValid = (row: number) => column.valid === null || (column.valid[row >> 3]! & (1 << (row & 7))) !== 0;
  const take = (row: number, word: number) => {
    hashes[2 * row] = mix(hashes[2 * row]!, word);
    hashes[2 * row + 1] = mix(hashes[2 * row + 1]! ^ 0x5bd1e995, word);
  };
  const rows = hashes.length / 2;
  const words =
    column.type === 'DOUBLE' || column.type === 'BIGINT'
      ? new Uint32Array(column.values.buffer, column.values.byteOffset, 2 * rows)
      : undefined;
  for (let row = 0; row < rows; row++) {
    // A null is a value of its own among keys, and equal to itself.
    if (!isValid(row)) take(row, 0x6e756c6c);
    else if (words !== undefined) {
      take(row, words[2 * row]!);
      take(row, words[2 * row + 1]!);
    } else if (column.type === 'BOOLEAN') take(row, column.values[row]!);
    else if (column.type === 'VARCHAR') {
      const start = row === 0 ? 0 : column.ends[row - 1]!;
      const end = column.ends[row]!;
      take(row, end - start);
      for (let at = start; at < end; at++) take(row, column.bytes[at]!);
    }
  }
}

/** One round and the finish of MurmurHash3 (Appleby), which spreads every bit of the word over the whole. */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  let h = hash ^ k;
  h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}
