import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UNDEF_PRICE, UNDEF_TIMESTAMP } from '#engine/frame/wide-column.js';
import { columnOf, copyBlock, type DbnBlock, makeBlock, setRows } from '../block.js';
import { setText } from '../column.js';
import { encodeBlock } from '../encode.js';
import type { DbnMetadata } from '../metadata.js';
import { decodeAll, hasSamples, plain, sampleNamed, samples } from '../sample-files.fixture.js';
import { headerOfText } from './header.js';
import { blocksOfText } from './read.js';
import { rowsOf } from './rows.js';
import { parsePrice, parseTime, parseWhole, priceText, timeText } from './values.js';
import { type TextFormat, writeText } from './write.js';

async function* given<T>(...values: T[]): AsyncGenerator<T, void> {
  yield* values;
}

async function say(blocks: readonly DbnBlock[], format: TextFormat, metadata?: DbnMetadata) {
  let text = '';
  for await (const part of writeText(given(...blocks), metadata, format)) text += part;
  return text;
}
describe('values', () => {
  test('prices and times say what the format says, and no more', () => {
    expect([187_250_000_000n, -1_500_000_000n, 0n, 1n, 5_000_000_000n, UNDEF_PRICE].map(priceText)).toEqual([
      '187.25',
      '-1.5',
      '0',
      '0.000000001',
      '5',
      null,
    ]);
    expect(timeText(1_770_042_600_000_000_500n)).toBe('2026-02-02T14:30:00.000000500Z');
    expect([timeText(UNDEF_TIMESTAMP), timeText(0n)]).toEqual([null, '1970-01-01T00:00:00.000000000Z']);
  });

  test('every price and time comes back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (nanos) => {
        expect(parsePrice(priceText(nanos) ?? '')).toBe(nanos);
        const time = BigInt.asUintN(64, nanos);
        expect(parseTime(timeText(time) ?? '')).toBe(time);
      }),
    );
  });

  test('text that a field cannot hold exactly is none', () => {
    for (const text of ['1.0000000001', '1e3', '10000000000', '-', '1,5', 'NaN'])
      expect(parsePrice(text)).toBeUndefined();
    for (const text of ['2026-02-30T25:00:00Z', '2026-02-02', '1969-12-31T23:59:59Z', '2026-02-02T00:00:00+01:00'])
      expect(parseTime(text)).toBeUndefined();
    expect(parseTime('2026-02-02 14:30:00.0000005')).toBe(1_770_042_600_000_000_500n);
    expect([parseWhole('u8', '256'), parseWhole('i32', '-2147483649'), parseWhole('char', 'AB')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe.skipIf(!hasSamples)('samples (skipped where they are absent)', () => {
  const small = samples.filter(({ name }) => !name.endsWith('.dbz') && !name.startsWith('definition-glbx'));

  test.each(small)('$name is the same records again from CSV and from JSON lines', async (sample) => {
    const { blocks, metadata } = decodeAll(await plain(sample), sample.fragment && { fragment: sample.fragment });
    const whole = Buffer.concat(blocks.map((block) => encodeBlock(block)));
    for (const format of ['csv', 'json'] as const) {
      const text = await say(blocks, format, metadata);
      const again: DbnBlock[] = [];
      for await (const block of blocksOfText(rowsOf(given(text), format), false)) again.push(copyBlock(block));
      expect(Buffer.concat(again.map((block) => encodeBlock(block))).equals(whole)).toBe(true);
    }
  });

  test('a header made from text names the schema, the dataset and the symbols by date', async () => {
    const name = 'futures_ohlcv-1m_2024-07-01T23-40_2024-07-02T00-10.dbn.zst';
    const { blocks, metadata } = decodeAll(await plain(sampleNamed(name)));
    const header = await headerOfText(rowsOf(given(await say(blocks, 'csv', metadata)), 'csv'));
    expect(header).toMatchObject({ dataset: 'GLBX.MDP3', schema: 'ohlcv-1m', symbols: ['ESU4', 'NQU4'], tsOut: false });
    // Midnight lies between.
    expect(header.mappings.map(({ intervals }) => intervals)).toEqual(
      metadata!.mappings.map(({ intervals: [first] }) => [
        { startDate: 20240701, endDate: 20240703, symbol: first!.symbol },
      ]),
    );
  });

  test('CSV is the vendor’s (databento-dbn 0.72, pretty) but for zeros at the end of prices', async () => {
    const { blocks, metadata } = decodeAll(await plain(sampleNamed('test_data.mbo.v3.dbn.zst')));
    expect((await say(blocks, 'csv', metadata)).split('\n').slice(0, 2)).toEqual([
      'ts_recv,ts_event,rtype,publisher_id,instrument_id,action,side,price,size,channel_id,order_id,flags,ts_in_delta,sequence,symbol',
      '2020-12-28T13:00:00.000704060Z,2020-12-28T13:00:00.000429831Z,160,1,5482,C,A,3722.75,1,0,647784973705,128,22993,1170352,ESH1',
    ]);
  });
});

test('times of sending and records of live streams come back too', async () => {
  const trade = makeBlock(0x00, 3, 2, { tsOut: true });
  trade.tsOut!.values.set([1_770_042_600_000_000_500n, 7n]);
  setRows(trade, 2);
  const mapping = makeBlock(0x16, 3, 1);
  const name = columnOf(mapping, 'stype_out_symbol');
  if (name?.store === 'bytes') setText(name, 0, 'A "quoted", name');
  setRows(mapping, 1);
  for (const [block, tsOut] of [
    [trade, true],
    [mapping, false],
  ] as const)
    for (const format of ['csv', 'json'] as const) {
      const text = await say([block], format);
      expect((await headerOfText(rowsOf(given(text), format))).tsOut).toBe(tsOut);
      const again: Uint8Array[] = [];
      for await (const one of blocksOfText(rowsOf(given(text), format), tsOut)) again.push(encodeBlock(one, { tsOut }));
      expect(Buffer.concat(again).equals(Buffer.from(encodeBlock(block, { tsOut })))).toBe(true);
    }
});

describe('what cannot become a record', () => {
  const walk = async (text: string, format: TextFormat) => {
    for await (const block of blocksOfText(rowsOf(given(text), format), false)) expect(block.rows).toBeGreaterThan(0);
  };
  test.each([
    ['csv', 'rtype,price\n160,1.5\n160,abc\n', 3],
    ['csv', 'rtype,price\n160,1.5,7\n', 2],
    ['csv', 'price\n1.5\n', 2],
    ['csv', 'rtype\n119\n', 2],
    ['csv', 'rtype,action\n160,AB\n', 2],
    ['json', '{"rtype":160}\n{"rtype":160,\n', 2],
    ['json', '[1]\n', 1],
    ['json', '{"rtype":160,"order_id":18446744073709551615}\n', 1],
  ] as const)('%s %j is refused with its line', async (format, text, line) => {
    await expect(walk(text, format)).rejects.toMatchObject({ code: 'dbn_text_invalid', detail: { line } });
  });

  test('CSV has one kind of record', async () => {
    const text = '{"rtype":160,"price":"1"}\n{"rtype":0,"price":"1"}\n';
    const csv = writeText(blocksOfText(rowsOf(given(text), 'json'), false), undefined, 'csv');
    await expect(csv.next().then(() => csv.next())).rejects.toMatchObject({ code: 'dbn_text_invalid' });
  });
});
