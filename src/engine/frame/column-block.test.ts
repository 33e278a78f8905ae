import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockBytes,
  type ColumnSpec,
  countNulls,
  isNull,
  placeColumns,
  placeNumbers,
  setValue,
  strideBytes,
} from './column-block.js';

const specs: ColumnSpec[] = [
  { name: 'close', kind: 'f64' },
  { name: 'hour', kind: 'i32', isNullable: true },
  { name: 'flag', kind: 'u8' },
  { name: 'side', kind: 'u8', isNullable: true },
  { name: 'volume', kind: 'f64' },
];

describe('a block of columns', () => {
  it('keeps columns an odd number of cache lines apart, never a power of two', () => {
    for (let rows = 0; rows < 5000; rows += rows < 200 ? 1 : 37) {
      for (const kind of ['f64', 'i32', 'u8'] as const) {
        const stride = strideBytes(rows, kind);
        expect(stride % 64).toBe(0);
        expect((stride / 64) % 2).toBe(1);
        expect(Math.log2(stride) % 1).not.toBe(0);
      }
    }
    expect(strideBytes(1024, 'f64')).toBe(8256);
  });

  it('no two columns share a byte, whatever is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.constantFrom(0, 64, 640), (rows, offset) => {
        const buffer = new ArrayBuffer(offset + blockBytes(specs, rows));
        const { columns } = placeColumns(specs, rows, buffer, offset);
        columns.forEach((column, j) => {
          for (let row = 0; row < rows; row++) setValue(column, row, (row + j) % 100);
        });
        columns.forEach((column, j) => {
          expect(column.values.byteOffset % 64).toBe(0);
          expect(Array.from(column.values)).toEqual(Array.from({ length: rows }, (_, row) => (row + j) % 100));
          expect(countNulls(column)).toBe(0);
        });
        expect(new Uint8Array(buffer, 0, offset).every((byte) => byte === 0)).toBe(true);
      }),
    );
  });

  it('knows nulls: NaN among numbers, a byte beside whole numbers', () => {
    const { columns } = placeColumns(specs, 4);
    const [close, hour, flag] = columns;
    expect(countNulls(hour!)).toBe(4);
    for (const column of [close!, hour!]) {
      setValue(column, 0, 7);
      setValue(column, 1, null);
      expect([isNull(column, 0), isNull(column, 1)]).toEqual([false, true]);
    }
    expect(isNull(flag!, 0)).toBe(false);
    expect(() => setValue(flag!, 0, null)).toThrow(/can hold null/);
  });

  it('a WASM kernel reads a column where it lies, and shared memory is shared', async () => {
    const wasm = Reflect.get(globalThis, 'WebAssembly');
    const memory: { readonly buffer: ArrayBuffer } = new wasm.Memory({ initial: 2 });
    const [first, second] = placeNumbers(2, 1000, memory.buffer, 128);
    expect([first!.buffer, second!.buffer]).toEqual([memory.buffer, memory.buffer]);
    second!.forEach((_, row) => {
      second![row] = row / 4;
    });
    const { instance } = await wasm.instantiate(SUM_KERNEL, { m: { mem: memory } });
    expect(instance.exports.sum(second!.byteOffset, 1000)).toBe((999 * 1000) / 8);
    expect(instance.exports.sum(first!.byteOffset, 1000)).toBe(0);
    const shared = new SharedArrayBuffer(blockBytes(specs, 10));
    expect(placeColumns(specs, 10, shared).columns.every(({ values }) => values.buffer === shared)).toBe(true);
  });

  it('refuses what does not fit: a mistake of ours', () => {
    expect(() => placeColumns(specs, 10, new ArrayBuffer(8))).toThrow(/fits its buffer/);
    expect(() => placeNumbers(1, 10, new ArrayBuffer(4096), 8)).toThrow(/cache line/);
    expect(placeNumbers(0, 10)).toEqual([]);
    expect(placeNumbers(2, 0).map(({ length }) => length)).toEqual([0, 0]);
  });
});

/**
 * (func (export "sum") (param $at i32) (param $count i32) (result f64)): adds up `count` doubles from byte `at` on, in an imported memory.
 * By sections: type, import, function, export, code.
 */
const SUM_KERNEL = Uint8Array.from(
  [
    '0061736d01000000',
    '01070160027f7f017c',
    '020a01016d036d656d020001',
    '03020100',
    '0707010373756d0000',
    '0a2d012b01017c024003402001450d01200220002b0300a02102200041086a2100200141016b21010c000b0b20020b',
  ]
    .join('')
    .match(/../g)!
    .map((byte) => Number.parseInt(byte, 16)),
);
