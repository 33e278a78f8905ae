/**
 * The footer of a Parquet file, and how files of one row group each become one file of many: their pages are put behind each other and
 * the places that their footers name are moved. Field numbers are those of parquet.thrift in the format's specification.
 */
import { assert } from '#base/assert.js';
import { fieldOf, readStruct, type ThriftList, type ThriftStruct, TYPE, writeStruct } from './thrift.js';

export const MAGIC = Buffer.from('PAR1');

const FILE = { rows: 3, rowGroups: 4 } as const;
const GROUP = { columns: 1, rows: 3, fileOffset: 5, ordinal: 7 } as const;
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

/** Takes parts in order, says by how much each part's pages are moved, and at the end gives the footer of them all. */
export class FooterJoiner {
  #first: ThriftStruct | undefined;
  readonly #groups: ThriftStruct[] = [];
  #rows = 0n;

  /** `pagesAt` is where the part's pages stand in the joined file. */
  add({ footer }: ParquetPart, pagesAt: number): void {
    const movedBy = BigInt(pagesAt - MAGIC.length);
    this.#first ??= footer;
    for (const group of groupsOf(footer)) {
      moveGroup(group, movedBy, this.#groups.length);
      this.#rows += numberIn(group, GROUP.rows);
      this.#groups.push(group);
    }
  }

  /** The bytes that end the file: footer, its length, the magic. */
  finish(): Uint8Array {
    const first = this.#first;
    assert(first !== undefined, 'a file has a part, be it an empty one');
    const fields = first.fields.map((field) => {
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

function groupsOf(footer: ThriftStruct): ThriftStruct[] {
  const list = fieldOf(footer, FILE.rowGroups)?.value as ThriftList | undefined;
  assert(list !== undefined, 'a footer lists its row groups');
  return list.items as ThriftStruct[];
}

function numberIn(struct: ThriftStruct, id: number): bigint {
  const value = fieldOf(struct, id)?.value;
  assert(typeof value === 'bigint', 'a field that counts is there');
  return value;
}

function moveGroup(group: ThriftStruct, by: bigint, ordinal: number): void {
  move(group, GROUP.fileOffset, by);
  const place = fieldOf(group, GROUP.ordinal);
  if (place !== undefined) place.value = BigInt(ordinal);
  const columns = fieldOf(group, GROUP.columns)?.value as ThriftList;
  for (const chunk of columns.items as ThriftStruct[]) {
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
