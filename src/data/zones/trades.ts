/** The trades of a day beside its events: a picture of the day needs all of them, and looking for them among ten million rows takes a second. */
import { ACTION } from '#engine/book/day/book-rows.js';
import type { Mbp10Block } from '#engine/frame/dbn-block.js';
import { isUndefPrice, numberAt, sinceAt, unsignedAt, type WideBase, wideBase } from '#engine/frame/wide-column.js';
import type { WrittenFile } from './parquet/writer.js';
import { openTableWriter, type TableColumn } from './table-writer.js';

/** What a trade in a picture shows. */
export const TRADE_COLUMNS = ['ts_ms', 'price_nanos', 'size', 'side'] as const;

const COLUMNS: readonly TableColumn[] = [
  { name: 'record_index', kind: 'i64' },
  { name: 'ts_ms', kind: 'i64' },
  { name: 'price_nanos', kind: 'i64', isNullable: true },
  { name: 'size', kind: 'i64' },
  { name: 'side', kind: 'i64' },
];

export interface TradesWriter {
  /** Rows `from` to `to` of a block, the first of which has the number `firstIndex`. */
  add(block: Mbp10Block, from: number, to: number, firstIndex: number): Promise<void>;
  finish(): Promise<WrittenFile>;
  discard(): Promise<void>;
}

const GATHERED_MAX = 8192;

export async function openTradesWriter(target: string): Promise<TradesWriter> {
  const writer = await openTableWriter(target, COLUMNS, { lanes: 1 });
  const columns = COLUMNS.map(() => new Float64Array(GATHERED_MAX));
  const [index, ms, price, size, side] = columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let gathered = 0;
  let base: WideBase | undefined;
  let originMs = 0;
  let restNs = 0;
  const flush = async () => {
    if (gathered > 0) await writer.append(gathered, columns);
    gathered = 0;
  };
  return {
    async add(block, from, to, firstIndex) {
      if (base === undefined && to > from) {
        const origin = unsignedAt(block.tsEvent, from);
        base = wideBase(origin);
        originMs = Number(origin / 1_000_000n);
        restNs = Number(origin % 1_000_000n);
      }
      for (let row = from; row < to; row++) {
        if (block.action[row] !== ACTION.trade) continue;
        index[gathered] = firstIndex + row - from;
        ms[gathered] = originMs + Math.floor((sinceAt(block.tsEvent, row, base!) + restNs) / 1e6);
        price[gathered] = isUndefPrice(block.price, row) ? Number.NaN : numberAt(block.price, row);
        size[gathered] = block.size[row]!;
        side[gathered] = block.side[row]!;
        gathered++;
        if (gathered === GATHERED_MAX) await flush();
      }
    },
    async finish() {
      await flush();
      return writer.finish();
    },
    discard: () => writer.discard(),
  };
}
