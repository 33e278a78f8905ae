/** What a client declared about a dataset's rows, in its fields or in its metadata (stage1.md 3.1). */
import type { Json, JsonObject } from '#base/json.js';
import type { Declared, DeclaredRows } from '#store/dataset.store.js';
import { isoToMicroseconds, timeUnitOf, toMicroseconds } from './time-unit.js';

const NOTHING: Declared = { ohlcv: {}, indicator: {} };

export function mergeDeclared(known: Declared = NOTHING, given: Declared = NOTHING): Declared {
  return {
    ...known,
    ...given,
    ohlcv: { ...known.ohlcv, ...given.ohlcv },
    indicator: { ...known.indicator, ...given.indicator },
  };
}

/** Fields win; what they do not say is taken from the metadata, where the desktop client writes it. */
export function fillDeclared(declared: Declared, metadata: JsonObject): Declared {
  const barIntervalMs = declared.barIntervalMs ?? countIn(metadata['bar_interval_ms']);
  const lookbackRows = declared.lookbackRows ?? countIn(metadata['lookback_rows']);
  return {
    ohlcv: { ...rowsIn(metadata, 'ohlcv'), ...declared.ohlcv },
    indicator: { ...rowsIn(metadata, 'indicator'), ...declared.indicator },
    ...(barIntervalMs === undefined ? {} : { barIntervalMs }),
    ...(lookbackRows === undefined ? {} : { lookbackRows }),
  };
}

function rowsIn(metadata: JsonObject, kind: 'ohlcv' | 'indicator'): DeclaredRows {
  const rowCount = countIn(metadata[`${kind}_rows`]) ?? countIn(metadata[`${kind}_row_count`]);
  const firstTsUs = timeIn(metadata[`first_${kind}_timestamp_ms`]) ?? timeIn(metadata[`first_${kind}_ts`]);
  const lastTsUs = timeIn(metadata[`last_${kind}_timestamp_ms`]) ?? timeIn(metadata[`last_${kind}_ts`]);
  return {
    ...(rowCount === undefined ? {} : { rowCount }),
    ...(firstTsUs === undefined ? {} : { firstTsUs }),
    ...(lastTsUs === undefined ? {} : { lastTsUs }),
  };
}

/** Metadata is the client's own: what is no count there is passed over, never an error. */
const countIn = (value: Json | undefined) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

function timeIn(value: Json | undefined): number | undefined {
  if (typeof value === 'string') return isoToMicroseconds(value);
  // Zero is how clients write "none yet".
  if (typeof value !== 'number' || value === 0) return undefined;
  return toMicroseconds(value, timeUnitOf(value));
}
