import type { ColumnType, Generated } from 'kysely';
import type { JsonObject } from '#base/json.js';

/** One file of the artifact store and where it came from; unique by its bytes (sha256). Never changed, never half there. */
export interface ArtifactTable {
  sha256: string;
  /** What it is, and by that which recipe makes it again: `matrix`, `model`, `backtest`, `bars`, ... */
  kind: string;
  size_bytes: number;
  /** The artifacts it was computed from, in the order its recipe takes them; empty for what came from outside. */
  parents: string[];
  params: ColumnType<JsonObject, string, never>;
  code_version: string;
  seed: number | null;
  /** The latest moment whose knowledge is in it; null when it knows no time. */
  information_time: Date | null;
  model_id: string | null;
  pack_id: string | null;
  /** Where the bytes came from, when from outside: a file name, a dataset, a source. */
  uri: string | null;
  created_at: Generated<Date>;
}
