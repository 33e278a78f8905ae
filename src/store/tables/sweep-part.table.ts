/** What one part of a running sweep hands on; unique by sweep and part, gone when the sweep ends. */
export interface SweepPartTable {
  sweep_run_id: number;
  part_id: string;
  /** Bytes and not JSON of the database, which would put the keys in another order. */
  content: Buffer;
}
