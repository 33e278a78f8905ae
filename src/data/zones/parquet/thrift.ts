/** Thrift's compact protocol, which Parquet writes its footer in: values as a tree that keeps every field, known to us or not. */
import { assert } from '#base/assert.js';

export const TYPE = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  struct: 12,
} as const;

export interface ThriftStruct {
  readonly fields: ThriftField[];
}

export interface ThriftField {
  readonly id: number;
  readonly type: number;
  value: ThriftValue;
}

export interface ThriftList {
  readonly elementType: number;
  items: ThriftValue[];
}

/** Whole numbers are bigint; a double is its eight bytes. */
export type ThriftValue = bigint | boolean | Uint8Array | ThriftList | ThriftStruct;

export function readStruct(bytes: Uint8Array): ThriftStruct {
  let at = 0;
  const byte = (): number => {
    const value = bytes[at++];
    assert(value !== undefined, 'a footer ends after its last field');
    return value;
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const next = byte();
      value |= BigInt(next & 127) << shift;
      if (next < 128) return value;
    }
  };
  const zigzag = (): bigint => {
    const value = varint();
    return (value >> 1n) ^ -(value & 1n);
  };
  const take = (count: number): Uint8Array => {
    at += count;
    return bytes.subarray(at - count, at);
  };
  const readValue = (type: number): ThriftValue => {
    if (type === TYPE.struct) return struct();
    if (type === TYPE.binary) return take(Number(varint()));
    if (type === TYPE.list || type === TYPE.set) return list();
    if (type === TYPE.double) return take(8);
    if (type === TYPE.byte) return take(1);
    // Within a list a truth is a byte; in a field its type says it.
    if (type === TYPE.true || type === TYPE.false) return byte() === 1;
    assert(type === TYPE.i16 || type === TYPE.i32 || type === TYPE.i64, 'a footer has no maps');
    return zigzag();
  };
  const list = (): ThriftList => {
    const head = byte();
    const count = head >> 4 === 15 ? Number(varint()) : head >> 4;
    const elementType = head & 15;
    return { elementType, items: Array.from({ length: count }, () => readValue(elementType)) };
  };
  const struct = (): ThriftStruct => {
    const fields: ThriftField[] = [];
    for (let last = 0; ; ) {
      const head = byte();
      if (head === 0) return { fields };
      const type = head & 15;
      const id = head >> 4 === 0 ? Number(zigzag()) : last + (head >> 4);
      last = id;
      const isTruth = type === TYPE.true || type === TYPE.false;
      fields.push({ id, type, value: isTruth ? type === TYPE.true : readValue(type) });
    }
  };
  return struct();
}

export function writeStruct(root: ThriftStruct): Uint8Array {
  const pieces: Uint8Array[] = [];
  const bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) pieces.push(Uint8Array.from(bytes.splice(0)));
  };
  const varint = (value: bigint) => {
    let rest = value;
    while (rest >= 128n) {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
  };
  const zigzag = (value: bigint) => varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
  const raw = (value: Uint8Array) => {
    flush();
    pieces.push(value);
  };
  const put = (type: number, value: ThriftValue): void => {
    if (typeof value === 'bigint') zigzag(value);
    else if (typeof value === 'boolean') bytes.push(value ? 1 : 2);
    else if (value instanceof Uint8Array) {
      if (type === TYPE.binary) varint(BigInt(value.length));
      raw(value);
    } else if ('fields' in value) struct(value);
    else putList(value);
  };
  const putList = ({ elementType, items }: ThriftList): void => {
    if (items.length < 15) bytes.push((items.length << 4) | elementType);
    else {
      bytes.push(0xf0 | elementType);
      varint(BigInt(items.length));
    }
    for (const item of items) put(elementType, item);
  };
  const struct = ({ fields }: ThriftStruct): void => {
    let last = 0;
    for (const { id, type, value } of fields) {
      const isTruth = typeof value === 'boolean';
      const said = isTruth ? (value ? TYPE.true : TYPE.false) : type;
      if (id > last && id - last <= 15) bytes.push(((id - last) << 4) | said);
      else {
        bytes.push(said);
        zigzag(BigInt(id));
      }
      last = id;
      if (!isTruth) put(type, value);
    }
    bytes.push(0);
  };
  struct(root);
  flush();
  return Buffer.concat(pieces);
}

export const fieldOf = (struct: ThriftStruct, id: number): ThriftField | undefined =>
  struct.fields.find((field) => field.id === id);
