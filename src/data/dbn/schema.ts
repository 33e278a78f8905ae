/** The schemas and symbologies a file's header can name, by their numbers, and which records a schema holds. */
export const SCHEMAS = [
  'mbo',
  'mbp-1',
  'mbp-10',
  'tbbo',
  'trades',
  'ohlcv-1s',
  'ohlcv-1m',
  'ohlcv-1h',
  'ohlcv-1d',
  'definition',
  'statistics',
  'status',
  'imbalance',
  'ohlcv-eod',
  'cmbp-1',
  'cbbo-1s',
  'cbbo-1m',
  'tcbbo',
  'bbo-1s',
  'bbo-1m',
] as const;

export type Schema = (typeof SCHEMAS)[number];

export const STYPES = [
  'instrument_id',
  'raw_symbol',
  'smart',
  'continuous',
  'parent',
  'nasdaq_symbol',
  'cms_symbol',
  'isin',
  'us_code',
  'bbg_comp_id',
  'bbg_comp_ticker',
  'figi',
  'figi_ticker',
] as const;

export type SType = (typeof STYPES)[number];

export const NULL_SCHEMA = 65_535;
export const NULL_STYPE = 255;

/** Before bars had a record type for each length they were 0x11. */
const OHLCV_ANY = 0x11;

/** The first is what an encoder writes. */
export const RTYPES_OF: Readonly<Record<Schema, readonly number[]>> = {
  mbo: [0xa0],
  'mbp-1': [0x01],
  'mbp-10': [0x0a],
  tbbo: [0x01],
  trades: [0x00],
  'ohlcv-1s': [0x20, OHLCV_ANY],
  'ohlcv-1m': [0x21, OHLCV_ANY],
  'ohlcv-1h': [0x22, OHLCV_ANY],
  'ohlcv-1d': [0x23, OHLCV_ANY],
  'ohlcv-eod': [0x24, OHLCV_ANY],
  definition: [0x13],
  statistics: [0x18],
  status: [0x12],
  imbalance: [0x14],
  'cmbp-1': [0xb1],
  'cbbo-1s': [0xc0],
  'cbbo-1m': [0xc1],
  tcbbo: [0xc2],
  'bbo-1s': [0xc3],
  'bbo-1m': [0xc4],
};

/** Errors, symbol mappings and words of the system may stand in any stream. */
const ANYWHERE = [0x15, 0x16, 0x17];

export const mayHold = (schema: Schema, rtype: number): boolean =>
  RTYPES_OF[schema].includes(rtype) || ANYWHERE.includes(rtype);
