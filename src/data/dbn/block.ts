/**
 * Records of one kind as columns: what the decoder gives and the encoder takes.
 *
 * Columns have the names and types of version 3. Records of an older version keep what only it says (fields that version 3 dropped,
 * reserved bytes) in columns of their own, so that they can be written again as they were.
 */
import { assert } from '#base/assert.js';
import type { BookLevel, EventColumns, MboBlock, MbpBlock } from '#engine/frame/dbn-block.js';
import { placeMboBlock, placeMbpBlock, roomOf } from '#engine/frame/dbn-block.js';
import type { WideColumn } from '#engine/frame/wide-column.js';
import { type BytesField, type Column, copyColumn, makeColumn, numberField, wideField } from './column.js';
import type { Field } from './layout.js';
import { type DbnVersion, layoutOf, type RecordKind, type RecordType, recordTypeOf } from './record-type.js';

export interface DbnBlock {
  readonly kind: RecordKind;
  readonly rtype: number;
  /** Of the records it came from: its layout says which columns there are beside those of version 3. */
  readonly version: DbnVersion;
  /** How many rows hold records; columns may have room for more. */
  rows: number;
  /** Every field after the length and rtype. */
  readonly columns: readonly Column[];
  /** The same columns by name, for kind `mbo`. */
  readonly mbo?: MboBlock;
  /** The same columns by name, for kinds `trades`, `mbp-1` and `mbp-10`. */
  readonly mbp?: MbpBlock;
  /** When the gateway sent each record, where the header says ts_out. */
  readonly tsOut?: WideColumn;
  /** Bytes of records that are longer than their kind, row by row. */
  readonly extra?: BytesField;
}

const LEVELS: Partial<Record<RecordKind, number>> = { trades: 0, 'mbp-1': 1, 'mbp-10': 10 };

/** Columns for records of that rtype; `given` are columns of mbo or mbp to fill, in a kernel's memory for instance. */
export function makeBlock(
  rtype: number,
  version: DbnVersion,
  room: number,
  { tsOut = false, extraBytes = 0 }: { readonly tsOut?: boolean; readonly extraBytes?: number } = {},
): DbnBlock {
  const type = recordTypeOf(rtype);
  assert(type !== undefined, `${rtype} is a kind of record`);
  const tail = { ...(tsOut && { tsOut: wideOf(room) }), ...(extraBytes > 0 && { extra: extraOf(extraBytes, room) }) };
  if (type.kind === 'mbo') return { ...blockOfMbo(placeMboBlock(room), version), ...tail };
  const levels = LEVELS[type.kind];
  if (levels !== undefined) return { ...blockOfMbp(placeMbpBlock(room, levels), version), ...tail };
  const columns = columnFields(type, version).map((field) => makeColumn(field, room));
  return { kind: type.kind, rtype, version, rows: 0, columns, ...tail };
}

const wideOf = (rows: number): WideColumn => {
  const column = makeColumn({ name: 'ts_out', type: 'time', at: 0, bytes: 8 }, rows);
  assert(column.store === 'wide', 'a time is wide');
  return column.wide;
};

const extraOf = (bytes: number, rows: number): BytesField => {
  const column = makeColumn({ name: 'extra', type: 'bytes', at: 0, bytes }, rows);
  assert(column.store === 'bytes', 'bytes are bytes');
  return column;
};

/** The fields of version 3 without its reserved bytes, then what only the version itself has. */
function columnFields(type: RecordType, version: DbnVersion): Field[] {
  const shape = layoutOf(type, 3);
  const own = layoutOf(type, version);
  if (shape === own) return [...own.fields];
  const named = shape.fields.filter((field) => field.type !== 'bytes');
  const names = new Set(named.map((field) => field.name));
  return [...named, ...own.fields.filter((field) => !names.has(field.name))];
}

export const columnOf = (block: DbnBlock, name: string): Column | undefined =>
  block.columns.find((column) => column.name === name);

/** Mbo columns as a block that the encoder takes; it counts its rows as they are now. */
export const blockOfMbo = (mbo: MboBlock, version: DbnVersion = 3): DbnBlock => ({
  kind: 'mbo',
  rtype: 0xa0,
  version,
  rows: mbo.rows,
  mbo,
  columns: [
    ...eventColumns(mbo),
    wideField('order_id', 'u64', mbo.orderId),
    numberField('channel_id', 'u8', mbo.channelId),
  ],
});

const MBP_BY_LEVELS = new Map([
  [0, { kind: 'trades', rtype: 0x00 }],
  [1, { kind: 'mbp-1', rtype: 0x01 }],
  [10, { kind: 'mbp-10', rtype: 0x0a }],
] as const);

/** Trades, mbp-1 or mbp-10, by how many levels it has. */
export function blockOfMbp(mbp: MbpBlock, version: DbnVersion = 3): DbnBlock {
  const known = MBP_BY_LEVELS.get(mbp.levels.length as 0 | 1 | 10);
  assert(known !== undefined, 'market by price has 0, 1 or 10 levels');
  const columns = [
    ...eventColumns(mbp),
    numberField('depth', 'u8', mbp.depth),
    ...mbp.levels.flatMap((level, at) => levelColumns(level, String(at).padStart(2, '0'))),
  ];
  return { ...known, version, rows: mbp.rows, mbp, columns };
}

const eventColumns = (events: EventColumns): Column[] => [
  numberField('publisher_id', 'u16', events.publisherId),
  numberField('instrument_id', 'u32', events.instrumentId),
  wideField('ts_event', 'time', events.tsEvent),
  wideField('price', 'price', events.price),
  numberField('size', 'u32', events.size),
  numberField('flags', 'u8', events.flags),
  numberField('action', 'char', events.action),
  numberField('side', 'char', events.side),
  wideField('ts_recv', 'time', events.tsRecv),
  numberField('ts_in_delta', 'i32', events.tsInDelta),
  numberField('sequence', 'u32', events.sequence),
];

const levelColumns = (level: BookLevel, n: string): Column[] => [
  wideField(`bid_px_${n}`, 'price', level.bidPx),
  wideField(`ask_px_${n}`, 'price', level.askPx),
  numberField(`bid_sz_${n}`, 'u32', level.bidSz),
  numberField(`ask_sz_${n}`, 'u32', level.askSz),
  numberField(`bid_ct_${n}`, 'u32', level.bidCt),
  numberField(`ask_ct_${n}`, 'u32', level.askCt),
];

/** Says how many rows hold records, in every place that says it. */
export function setRows(block: DbnBlock, rows: number): void {
  block.rows = rows;
  if (block.mbo !== undefined) block.mbo.rows = rows;
  if (block.mbp !== undefined) block.mbp.rows = rows;
}

/** A block of one's own, as long as its rows: a decoder writes again into those that it lends. */
export function copyBlock(block: DbnBlock): DbnBlock {
  const { rows, version, rtype, tsOut, extra } = block;
  const copy = makeBlock(rtype, version, rows, { tsOut: tsOut !== undefined, extraBytes: extra?.width ?? 0 });
  block.columns.forEach((column, at) => {
    copyInto(column, copy.columns[at]!, rows);
  });
  if (tsOut !== undefined) copy.tsOut?.words.set(tsOut.words.subarray(0, rows * 2));
  if (extra !== undefined) copy.extra?.bytes.set(extra.bytes.subarray(0, rows * extra.width));
  setRows(copy, rows);
  return copy;
}

function copyInto(from: Column, to: Column, rows: number): void {
  const copied = copyColumn(from, rows);
  if (copied.store === 'wide' && to.store === 'wide') to.wide.words.set(copied.wide.words);
  else if (copied.store === 'number' && to.store === 'number') to.values.set(copied.values);
  else if (copied.store === 'bytes' && to.store === 'bytes') to.bytes.set(copied.bytes);
  else assert(false, `${from.name} and ${to.name} hold the same`);
}

/** How many rows its columns have room for. */
export function roomOfBlock({ mbo, mbp, columns }: DbnBlock): number {
  const events = mbo ?? mbp;
  if (events !== undefined) return roomOf(events);
  const id = columns[1];
  assert(id?.store === 'number', 'the second column is the instrument');
  return id.values.length;
}
