/**
 * The footer of a Parquet file, and how files of some columns of one row group each become one file: their pages are put behind each
 * other and the places that their footers name are moved. Field numbers are those of parquet.thrift in the format's specification.
 */
import { assert } from '#base/assert.js';
import { fieldOf, readStruct, type ThriftList, type ThriftStruct, TYPE, writeStruct } from './thrift.js';

export const MAGIC = Buffer.from('PAR1');

const FILE = { schema: 2, rows: 3, rowGroups: 4, columnOrders: 7 } as const;
const SCHEMA = { children: 5 } as const;
const GROUP = { columns: 1, bytes: 2, rows: 3, fileOffset: 5, compressedBytes: 6, ordinal: 7 } as const;
const CHUNK = { fileOffset: 2, metadata: 3, offsetIndex: 4, columnIndex: 6 } as const;
const COLUMN = { dataPage: 9, indexPage: 10, dictionaryPage: 11, bloomFilter: 14 } as const;

export interface ParquetPart {
  readonly footer: ThriftStruct;
  /** Everything between the magic and the footer. */
  readonly pages: Uint8Array;
}

/** Of a whole file in memory. */
export function partOf(file: Uint8Array): ParquetPart {
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  assert(buffer.subarray(-4).equals(MAGIC) && buffer.subarray(0, 4).equals(MAGIC), 'a part is a Parquet file');
  const footerBytes = buffer.readUInt32LE(buffer.length - 8);
  const footerAt = buffer.length - 8 - footerBytes;
  return { footer: readStruct(buffer.subarray(footerAt, buffer.length - 8)), pages: buffer.subarray(4, footerAt) };
}

/** Takes the parts of each row group, which hold its columns side by side, and at the end gives the footer of them all. */
export class FooterJoiner {
  #head: ThriftStruct | undefined;
  readonly #groups: ThriftStruct[] = [];
  #rows = 0n;

  /** `pagesAt` is where each part's pages stand in the joined file. */
  add(parts: readonly ParquetPart[], pagesAt: readonly number[]): void {
    this.#head ??= headOf(parts.map(({ footer }) => footer));
    const bands = parts.map(({ footer }, i) => {
      const [group] = groupsOf(footer);
      if (group !== undefined) moveGroup(group, BigInt(pagesAt[i]! - MAGIC.length));
      return group;
    });
    const [first] = bands;
    // A file without rows has no row group.
    if (first === undefined) return;
    const whole = bands.filter((band) => band !== undefined);
    assert(whole.length === parts.length, 'the parts of a row group hold the same rows');
    for (const id of [GROUP.bytes, GROUP.compressedBytes]) sumInto(first, whole, id);
    listIn(first, GROUP.columns).items = whole.flatMap((band) => listIn(band, GROUP.columns).items);
    const place = fieldOf(first, GROUP.ordinal);
    if (place !== undefined) place.value = BigInt(this.#groups.length);
    this.#rows += numberIn(first, GROUP.rows);
    this.#groups.push(first);
  }

  /** The bytes that end the file: footer, its length, the magic. */
  finish(): Uint8Array {
    const head = this.#head;
    assert(head !== undefined, 'a file has a part, be it an empty one');
    const fields = head.fields.map((field) => {
      if (field.id === FILE.rows) return { ...field, value: this.#rows };
      if (field.id === FILE.rowGroups)
        return { ...field, value: { elementType: TYPE.struct, items: this.#groups } satisfies ThriftList };
      return field;
    });
    const footer = writeStruct({ fields });
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    return Buffer.concat([footer, length, MAGIC]);
  }
}

/** The first part's footer with the columns of all in its schema. */
function headOf(footers: readonly ThriftStruct[]): ThriftStruct {
  const head = footers[0]!;
  const schemas = footers.map((footer) => listIn(footer, FILE.schema).items as ThriftStruct[]);
  const leaves = schemas.flatMap(([, ...columns]) => columns);
  const root = schemas[0]![0]!;
  const children = fieldOf(root, SCHEMA.children);
  assert(children !== undefined, 'the root of a schema counts its columns');
  children.value = BigInt(leaves.length);
  listIn(head, FILE.schema).items = [root, ...leaves];
  if (fieldOf(head, FILE.columnOrders) !== undefined)
    listIn(head, FILE.columnOrders).items = footers.flatMap((footer) => listIn(footer, FILE.columnOrders).items);
  return head;
}

function sumInto(target: ThriftStruct, groups: readonly ThriftStruct[], id: number): void {
  const field = fieldOf(target, id);
  if (field !== undefined) field.value = groups.reduce((sum, group) => sum + numberIn(group, id), 0n);
}

function listIn(struct: ThriftStruct, id: number): ThriftList {
  const value = fieldOf(struct, id)?.value;
  assert(typeof value === 'object' && 'items' in value, 'a field that lists is there');
  return value;
}

const groupsOf = (footer: ThriftStruct): ThriftStruct[] => listIn(footer, FILE.rowGroups).items as ThriftStruct[];

function numberIn(struct: ThriftStruct, id: number): bigint {
  const value = fieldOf(struct, id)?.value;
  assert(typeof value === 'bigint', 'a field that counts is there');
  return value;
}

function moveGroup(group: ThriftStruct, by: bigint): void {
  move(group, GROUP.fileOffset, by);
  for (const chunk of listIn(group, GROUP.columns).items as ThriftStruct[]) {
    for (const id of [CHUNK.fileOffset, CHUNK.offsetIndex, CHUNK.columnIndex]) move(chunk, id, by);
    const metadata = fieldOf(chunk, CHUNK.metadata)?.value as ThriftStruct;
    for (const id of Object.values(COLUMN)) move(metadata, id, by);
  }
}

/** A place of 0 is "not told". */
function move(struct: ThriftStruct, id: number, by: bigint): void {
  const field = fieldOf(struct, id);
  if (field !== undefined && typeof field.value === 'bigint' && field.value > 0n) field.value += by;
}
