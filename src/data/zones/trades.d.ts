import type { Mbp10Block } from '#engine/frame/dbn-block.js';
import type { WrittenFile } from './parquet/writer.js';
export declare const TRADE_COLUMNS: readonly ["record_index", "ts_ms", "price_nanos", "size", "side"];
export interface TradesWriter {
    /** Rows `from` to `to` of a block, the first of which has the number `firstIndex`. */
    add(block: Mbp10Block, from: number, to: number, firstIndex: number): Promise<void>;
    finish(): Promise<WrittenFile>;
    discard(): Promise<void>;
}
export declare function openTradesWriter(target: string): Promise<TradesWriter>;
