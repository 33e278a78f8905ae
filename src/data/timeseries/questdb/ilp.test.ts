import { expect, it } from 'vitest';
import { blockOfBatch } from '../column-block.js';
import type { BatchColumn } from '../port.js';
import { ilpLines } from './ilp.js';
import { keyHashesOf, makeKeyCounter } from './key-count.js';

const linesOf = (timestampUs: number[], columns: BatchColumn[], name = 'm'): string => {
  const block = blockOfBatch({ timestampUs: Float64Array.from(timestampUs), columns });
  const table = { name, timeName: 'timestamp', columnNames: columns.map((column) => column.name) };
  return Buffer.from(ilpLines(block, table)).toString('latin1');
};
const eight = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes.toString('latin1');
};

it('writes every type, with nanoseconds at the end and missing values left out but for doubles', () => {
  const columns: BatchColumn[] = [
    { name: 'b', type: 'BOOLEAN', values: [true, false, null] },
    { name: 'i', type: 'BIGINT', values: [9_223_372_036_854_775_807n, -5, null] },
    { name: 's', type: 'VARCHAR', values: ['x', '', null] },
    { name: 'd', type: 'DOUBLE', values: Float64Array.of(0.1, Number.POSITIVE_INFINITY, -0) },
  ];
  expect(linesOf([1, 0, 9_007_199_254_740_991], columns)).toBe(
    `m b=t,i=9223372036854775807i,s="x",d==\x10${eight(0.1)} 1000\n` +
      `m b=f,i=-5i,s="",d==\x10${eight(Number.NaN)} 0\n` +
      `m d==\x10${eight(-0)} 9007199254740991000\n`,
  );
});

it('names the time of a row that has nothing else, because a line must have a field', () => {
  expect(linesOf([7], [{ name: 's', type: 'VARCHAR', values: [null] }])).toBe('m timestamp=7t 7000\n');
  expect(linesOf([7], [])).toBe('m timestamp=7t 7000\n');
});

it('escapes what would end a name or a text', () => {
  expect(linesOf([1], [{ name: 'a b=', type: 'VARCHAR', values: ['q"\\\r\n,= é'] }], 'm x')).toBe(
    Buffer.from('m\\ x a\\ b\\=="q\\"\\\\\\\r\\\n,= é" 1000\n').toString('latin1'),
  );
});

it('counts rows whose key comes again, whatever the order and the blocks', async () => {
  const counter = makeKeyCounter();
  const add = (times: number[], symbols: (string | null)[]) => {
    const columns: BatchColumn[] = [{ name: 'symbol', type: 'VARCHAR', values: symbols }];
    const block = blockOfBatch({ timestampUs: Float64Array.from(times), columns });
    counter.add(block.timestampUs, keyHashesOf(block, [0]));
  };
  add([1, 2, 3, 3], ['a', 'a', 'a', 'b']);
  expect(await counter.duplicates()).toBe(0);
  add([2, 9, 3, 2, 9], ['a', null, 'c', '', null]);
  expect(await counter.duplicates()).toBe(2);
});
