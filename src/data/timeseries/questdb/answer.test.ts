import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Cell } from '../port.js';
import { openAnswer } from './answer.js';
import { rowReader } from './cells.js';

async function* cut(text: string, sizes: readonly number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0, k = 0; at < bytes.length; k++) {
    const size = Math.max(1, sizes[k % sizes.length] ?? bytes.length);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const read = async (text: string, sizes: readonly number[] = [text.length]): Promise<Cell[][]> => {
  const answer = await openAnswer(cut(text, sizes));
  const toCells = rowReader(answer.columns);
  const rows: Cell[][] = [];
  while (await answer.next((row) => rows.push(toCells(row))));
  return rows;
};

const ANSWER = `{"query":"select \\"dataset\\":[[1]]","columns":[{"name":"t","type":"TIMESTAMP"},{"name":"n","type":"TIMESTAMP_NS"},{"name":"l","type":"LONG"},{"name":"d","type":"DOUBLE"},{"name":"b","type":"BOOLEAN"},{"name":"s","type":"VARCHAR"},{"name":"a","type":"DOUBLE[]"}],"timestamp":0,"dataset":[["2017-07-14T02:40:00.000001Z","1969-12-31T23:59:59.999999999Z",9007199254740993,-0.0,true,"é \\"],[\\\\",[1.0,[2.0]]],[null,null,null,1.0E-7,false,"",null]],"count":2}`;

it('reads every type, wherever the pieces are cut', async () => {
  const expected = [
    [1_500_000_000_000_001, -1, 9_007_199_254_740_993n, -0, true, 'é "],[\\', [1, [2]]],
    [null, null, null, 1e-7, false, '', null],
  ];
  expect(await read(ANSWER)).toEqual(expected);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), async (sizes) => {
      expect(await read(ANSWER, sizes)).toEqual(expected);
    }),
    { numRuns: 50, seed: 20_261_120 },
  );
});

it('reads an answer without rows', async () => {
  expect(
    await read('{"query":"x","columns":[{"name":"a","type":"INT"}],"timestamp":-1,"dataset":[],"count":0}'),
  ).toEqual([]);
});

it('takes an answer that stops in the middle for what it is', async () => {
  for (let end = 1; end < ANSWER.length - '],"count":2}'.length; end += 7)
    await expect(read(ANSWER.slice(0, end))).rejects.toMatchObject({ code: 'store_unavailable' });
});

it('reads times of all years that QuestDB has', async () => {
  const times = ['0001-01-01T00:00:00.000000Z', '9999-12-31T23:59:59.999999Z', '-0044-03-15T00:00:00.000000Z'];
  const text = `{"columns":[{"name":"t","type":"TIMESTAMP"}],"dataset":[${times.map((time) => `["${time}"]`).join(',')}],"count":3}`;
  expect(await read(text)).toEqual([
    [-62_135_596_800_000_000n],
    [253_402_300_799_999_999n],
    [-63_549_360_000_000_000n],
  ]);
});
