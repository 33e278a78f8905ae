/** Every kind of record: what its rtypes are, how its bytes lie in each version, and what a field holds that a version lacks. */
import { UNDEF_PRICE } from '#engine/frame/wide-column.js';
import type { Layout } from './layout.js';
import { DEFINITION_V1, DEFINITION_V2, DEFINITION_V3 } from './records/definition.js';
import { MBO, MBP_1, MBP_10, TRADES } from './records/events.js';
import { ERROR_V1, ERROR_V2, SYMBOL_MAPPING_V1, SYMBOL_MAPPING_V2, SYSTEM_V1, SYSTEM_V2 } from './records/live.js';
import { BBO, CBBO, CMBP_1 } from './records/quotes.js';
import { IMBALANCE, OHLCV, STATISTICS_V1, STATISTICS_V3, STATUS } from './records/session.js';

export type DbnVersion = 1 | 2 | 3;

/** Records that share a layout share a kind: mbp-1 is also tbbo, cmbp-1 also tcbbo, ohlcv any cadence. */
export type RecordKind =
  | 'mbo'
  | 'trades'
  | 'mbp-1'
  | 'mbp-10'
  | 'bbo'
  | 'cmbp-1'
  | 'cbbo'
  | 'ohlcv'
  | 'status'
  | 'definition'
  | 'imbalance'
  | 'statistics'
  | 'error'
  | 'symbol-mapping'
  | 'system';

export interface RecordType {
  readonly kind: RecordKind;
  readonly rtypes: readonly number[];
  /** For versions 1, 2 and 3. */
  readonly layouts: readonly [Layout, Layout, Layout];
  /** Fields that stand first in text, after the times and ids. */
  readonly leading: readonly string[];
}

const always = (layout: Layout): RecordType['layouts'] => [layout, layout, layout];

export const RECORD_TYPES: readonly RecordType[] = [
  {
    kind: 'mbo',
    rtypes: [0xa0],
    layouts: always(MBO),
    leading: ['action', 'side', 'price', 'size', 'channel_id', 'order_id', 'flags'],
  },
  { kind: 'trades', rtypes: [0x00], layouts: always(TRADES), leading: ['action', 'side', 'depth'] },
  { kind: 'mbp-1', rtypes: [0x01], layouts: always(MBP_1), leading: ['action', 'side', 'depth'] },
  { kind: 'mbp-10', rtypes: [0x0a], layouts: always(MBP_10), leading: ['action', 'side', 'depth'] },
  { kind: 'bbo', rtypes: [0xc3, 0xc4], layouts: always(BBO), leading: ['side'] },
  { kind: 'cmbp-1', rtypes: [0xb1, 0xc2], layouts: always(CMBP_1), leading: ['action', 'side'] },
  { kind: 'cbbo', rtypes: [0xc0, 0xc1], layouts: always(CBBO), leading: ['side'] },
  { kind: 'ohlcv', rtypes: [0x11, 0x20, 0x21, 0x22, 0x23, 0x24], layouts: always(OHLCV), leading: [] },
  { kind: 'status', rtypes: [0x12], layouts: always(STATUS), leading: [] },
  {
    kind: 'definition',
    rtypes: [0x13],
    layouts: [DEFINITION_V1, DEFINITION_V2, DEFINITION_V3],
    leading: ['raw_symbol', 'security_update_action', 'instrument_class'],
  },
  { kind: 'imbalance', rtypes: [0x14], layouts: always(IMBALANCE), leading: [] },
  { kind: 'statistics', rtypes: [0x18], layouts: [STATISTICS_V1, STATISTICS_V1, STATISTICS_V3], leading: [] },
  { kind: 'error', rtypes: [0x15], layouts: [ERROR_V1, ERROR_V2, ERROR_V2], leading: [] },
  {
    kind: 'symbol-mapping',
    rtypes: [0x16],
    layouts: [SYMBOL_MAPPING_V1, SYMBOL_MAPPING_V2, SYMBOL_MAPPING_V2],
    leading: [],
  },
  { kind: 'system', rtypes: [0x17], layouts: [SYSTEM_V1, SYSTEM_V2, SYSTEM_V2], leading: [] },
];

const byRtype = new Map(RECORD_TYPES.flatMap((type) => type.rtypes.map((rtype) => [rtype, type])));

export const recordTypeOf = (rtype: number): RecordType | undefined => byRtype.get(rtype);

export const layoutOf = (type: RecordType, version: DbnVersion): Layout => type.layouts[version - 1]!;

/** What a field holds in a version's records when the record came from a version without it; zero where nothing is said. */
export const ABSENT: Readonly<Record<string, bigint>> = {
  leg_price: UNDEF_PRICE,
  leg_delta: UNDEF_PRICE,
  leg_side: BigInt('N'.charCodeAt(0)),
  trading_reference_price: UNDEF_PRICE,
  trading_reference_date: 65_535n,
  md_security_trading_status: 255n,
  settl_price_type: 255n,
  stype_in: 255n,
  stype_out: 255n,
  code: 255n,
  is_last: 255n,
};
