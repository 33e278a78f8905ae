/** Writes columns of doubles: features, bars, shards. NaN is null; whole columns are stored as whole numbers. */
import { CHUNK_ROWS, openParquetWriter, type ParquetColumn, type WrittenFile } from './parquet/writer.js';

export interface TableColumn {
  readonly name: string;
  readonly kind: 'f64' | 'i64';
  readonly isNullable?: boolean;
}

export interface TableWriter {
  /** Columns of equal length in the table's order; they may be filled anew when this resolves. */
  append(rows: number, columns: readonly Float64Array[]): Promise<void>;
  finish(): Promise<WrittenFile>;
  discard(): Promise<void>;
}

export async function openTableWriter(
  target: string,
  columns: readonly TableColumn[],
  options?: { lanes?: number },
): Promise<TableWriter> {
  const writer = await openParquetWriter(target, columns satisfies readonly ParquetColumn[], options);
  let filled = 0;
  return {
    async append(rows, values) {
      for (let from = 0; from < rows; ) {
        const to = Math.min(rows, from + CHUNK_ROWS - filled);
        columns.forEach((column, j) => {
          const { bytes, valid } = writer.chunk[j]!;
          if (column.kind === 'f64') new Float64Array(bytes, filled * 8, to - from).set(values[j]!.subarray(from, to));
          else putWhole(bytes, values[j]!, from, to, filled);
          if (valid !== null) markKnown(valid, values[j]!, from, to, filled);
        });
        filled += to - from;
        from = to;
        if (filled < CHUNK_ROWS) continue;
        await writer.append(filled);
        filled = 0;
      }
    },
    async finish() {
      if (filled > 0) await writer.append(filled);
      return writer.finish();
    },
    discard: () => writer.discard(),
  };
}

function putWhole(bytes: ArrayBuffer, values: Float64Array, from: number, to: number, at: number): void {
  const words = new Int32Array(bytes, at * 8, (to - from) * 2);
  for (let row = from, target = 0; row < to; row++, target += 2) {
    const value = Number.isNaN(values[row]!) ? 0 : values[row]!;
    words[target] = value;
    words[target + 1] = Math.floor(value / 4_294_967_296);
  }
}

function markKnown(valid: Uint8Array<ArrayBuffer>, values: Float64Array, from: number, to: number, at: number): void {
  for (let row = from, target = at; row < to; row++, target++) {
    const bit = 1 << (target & 7);
    if (Number.isNaN(values[row]!)) valid[target >> 3] = valid[target >> 3]! & ~bit;
    else valid[target >> 3] = valid[target >> 3]! | bit;
  }
}
