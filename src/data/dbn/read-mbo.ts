/**
 * Market-by-order records from words to columns in one pass: the hot loop of every import.
 *
 * Word by word through views of 32 bits: a BigInt or DataView a field costs three to sixteen times as much. The four bytes of
 * flags, channel, action and side come out of one word.
 */
import type { MboBlock } from '#engine/frame/dbn-block.js';

/** An mbo record is at least 14 words. */
export type MboReader = (
  words: Int32Array,
  from: number,
  strideWords: number,
  count: number,
  head: number,
  row: number,
) => number;

/**
 * A reader that fills this block: of `count` records from word `from` on, as many as begin with `head` (length and rtype), from
 * `row` on. Says how many it read. The columns are bound here, so that the loop sees one kind of array in each place.
 */
export function mboReader(block: MboBlock): MboReader {
  const { publisherId, flags, channelId, action, side, tsInDelta } = block;
  // Stores of signed words into views of signed words move bits and nothing else.
  const instrumentId = signed(block.instrumentId);
  const size = signed(block.size);
  const sequence = signed(block.sequence);
  const tsEvent = signed(block.tsEvent.words);
  const orderId = signed(block.orderId.words);
  const price = signed(block.price.words);
  const tsRecv = signed(block.tsRecv.words);
  return (words, from, strideWords, count, head, row) => {
    const end = row + count;
    let at = from | 0;
    let out = row | 0;
    for (; out < end; out = (out + 1) | 0, at = (at + strideWords) | 0) {
      const opening = words[at]!;
      if ((opening & 0xffff) !== head) break;
      const low = out << 1;
      const high = low | 1;
      const codes = words[at + 9]!;
      publisherId[out] = opening >>> 16;
      instrumentId[out] = words[at + 1]!;
      tsEvent[low] = words[at + 2]!;
      tsEvent[high] = words[at + 3]!;
      orderId[low] = words[at + 4]!;
      orderId[high] = words[at + 5]!;
      price[low] = words[at + 6]!;
      price[high] = words[at + 7]!;
      size[out] = words[at + 8]!;
      flags[out] = codes;
      channelId[out] = codes >>> 8;
      action[out] = codes >>> 16;
      side[out] = codes >>> 24;
      tsRecv[low] = words[at + 10]!;
      tsRecv[high] = words[at + 11]!;
      tsInDelta[out] = words[at + 12]!;
      sequence[out] = words[at + 13]!;
    }
    return out - row;
  };
}

const signed = ({ buffer, byteOffset, length }: Uint32Array): Int32Array => new Int32Array(buffer, byteOffset, length);
