/** Market-by-order records from DBN bytes to columns beside C++; the decoder as everyone calls it, header and all. */

import { kernelHost } from '#compute/kernel-host.js';
import { blockOfMbo } from '#data/dbn/block.js';
import { createDbnDecoder } from '#data/dbn/decode.js';
import { encodeBlock, encodeMetadata } from '#data/dbn/encode.js';
import { newMetadata } from '#data/dbn/metadata.js';
import { type MboBlock, placeMboBlock } from '#engine/frame/dbn-block.js';
import type { KernelHost } from '#engine/kernels/kernel.js';
import { createRng } from '#engine/random/xoshiro128.js';
import type { Bench } from '../bench.js';
import { compareWithTwin } from './compare.js';

// The large one is 20 M records in all, from memory that no cache holds.
const SIZES = {
  small: { rows: 70_000, passes: 1, turns: 2 },
  large: { rows: 1_000_000, passes: 20, turns: 5 },
} as const;

const ROOM = 65_536;

export const dbnReferenceBench: Bench = {
  name: 'reference/dbn',
  promise: 'market-by-order records into columns: <= 1.7 of C++',
  async run(size) {
    const { rows, passes, turns } = SIZES[size];
    const records = encodeBlock(blockOfMbo(madeOrders(rows)));
    const header = encodeMetadata(newMetadata({ dataset: 'XNAS.ITCH', schema: 'mbo', start: 0n }));
    const decodeAll = (kernels?: KernelHost): Uint8Array => {
      const decoder = createDbnDecoder(kernels && { kernels });
      decoder.push(header);
      for (let pass = 0; ; ) {
        const event = decoder.next();
        if (event.type === 'block' && event.block.rows < ROOM && pass > passes) return bytesOf(event.block.mbo!);
        if (event.type !== 'more') continue;
        if (pass++ < passes) decoder.push(records);
        else decoder.end();
      }
    };
    const input = [Int32Array.of(rows, passes, turns), records];
    const plain = compareWithTwin({ name: 'dbn', turns, ours: () => decodeAll(), input });
    const kernel = compareWithTwin({ name: 'dbn', turns, ours: () => decodeAll(kernelHost), input });
    const perSecond = Math.round((rows * passes) / (Number(kernel.ours_ms) / 1000));
    return {
      rows: rows * passes,
      records_per_s: perSecond,
      ...kernel,
      typescript_ms: plain.ours_ms ?? null,
      typescript_ratio: plain.ratio ?? null,
    };
  },
};

function madeOrders(rows: number): MboBlock {
  const rng = createRng(5);
  const orders = placeMboBlock(rows);
  for (let row = 0; row < rows; row++) {
    orders.publisherId[row] = 2;
    orders.instrumentId[row] = 11_667;
    orders.tsEvent.values[row] = 1_770_042_600_000_000_000n + BigInt(row) * 1000n;
    orders.orderId.values[row] = BigInt(Math.floor(rng.float() * 2 ** 50));
    orders.price.values[row] = 187_000_000_000n + BigInt(Math.floor(rng.float() * 100)) * 10_000_000n;
    orders.size[row] = 1 + Math.floor(rng.float() * 500);
    orders.flags[row] = 128;
    orders.action[row] = 'ACMTF'.charCodeAt(Math.floor(rng.float() * 5));
    orders.side[row] = 'AB'.charCodeAt(Math.floor(rng.float() * 2));
    orders.tsRecv.values[row] = 1_770_042_600_000_001_000n + BigInt(row) * 1000n;
    orders.tsInDelta[row] = 1000;
    orders.sequence[row] = row;
  }
  orders.rows = rows;
  return orders;
}

/** The rows of the last block, column after column as the twin writes them. */
function bytesOf(block: MboBlock): Uint8Array {
  const { rows } = block;
  const wide = ({ words }: MboBlock['price']) => words.subarray(0, rows * 2);
  const columns = [
    block.publisherId.subarray(0, rows),
    block.instrumentId.subarray(0, rows),
    wide(block.tsEvent),
    wide(block.orderId),
    wide(block.price),
    block.size.subarray(0, rows),
    block.flags.subarray(0, rows),
    block.channelId.subarray(0, rows),
    block.action.subarray(0, rows),
    block.side.subarray(0, rows),
    wide(block.tsRecv),
    block.tsInDelta.subarray(0, rows),
    block.sequence.subarray(0, rows),
  ];
  return Buffer.concat(
    columns.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
}
