/** Which shard holds which row: chunks of rows in turn, so that every shard has its share of any stretch of time. */

export const ROWS_IN_CHUNK = 1024;

/** A matrix's rows over `shards`; the rows of training come first in each shard, those of validation after them. */
export interface Spread {
  readonly shards: number;
  readonly rows: number;
  /** By shard. */
  readonly sizes: readonly number[];
}

export function spreadRows(rows: number, shards: number): Spread {
  const sizes = new Array<number>(shards).fill(0);
  for (let from = 0; from < rows; from += ROWS_IN_CHUNK)
    sizes[(from / ROWS_IN_CHUNK) % shards]! += Math.min(ROWS_IN_CHUNK, rows - from);
  return { shards, rows, sizes };
}

/** Calls back for every chunk: its first row, how many rows it has, its shard and its place there. */
export function eachChunk(
  { rows, shards }: Spread,
  visit: (from: number, count: number, shard: number, at: number) => void,
): void {
  for (let from = 0, chunk = 0; from < rows; from += ROWS_IN_CHUNK, chunk++)
    visit(from, Math.min(ROWS_IN_CHUNK, rows - from), chunk % shards, Math.floor(chunk / shards) * ROWS_IN_CHUNK);
}

type Column = Float64Array | Uint8Array;

/** Writes a column into the shards' columns, each from `offset(shard)` on. */
export function scatter<T extends Column>(
  spread: Spread,
  column: T,
  into: (shard: number) => T,
  offset: (shard: number) => number = () => 0,
): void {
  const targets = Array.from({ length: spread.shards }, (_, shard) => into(shard));
  eachChunk(spread, (from, count, shard, at) =>
    targets[shard]!.set(column.subarray(from, from + count) as never, offset(shard) + at),
  );
}

/** The other way: reads the shards' columns into one. */
export function collect(
  spread: Spread,
  from: (shard: number) => Float64Array,
  offset: (shard: number) => number = () => 0,
): Float64Array {
  const column = new Float64Array(spread.rows);
  const sources = Array.from({ length: spread.shards }, (_, shard) => from(shard));
  eachChunk(spread, (first, count, shard, at) =>
    column.set(sources[shard]!.subarray(offset(shard) + at, offset(shard) + at + count), first),
  );
  return column;
}

/** The row of a shard's place. */
export const rowAt = (shards: number, shard: number, at: number): number =>
  (Math.floor(at / ROWS_IN_CHUNK) * shards + shard) * ROWS_IN_CHUNK + (at % ROWS_IN_CHUNK);

/** The shard of a row, and its place there. */
export const placeOf = (shards: number, row: number): [shard: number, at: number] => {
  const chunk = Math.floor(row / ROWS_IN_CHUNK);
  return [chunk % shards, Math.floor(chunk / shards) * ROWS_IN_CHUNK + (row % ROWS_IN_CHUNK)];
};
