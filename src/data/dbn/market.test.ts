/** What the vendor's files say together: bars out of trades, symbols out of the header. */
import { describe, expect, test } from 'vitest';
import { numberAt, placeWide, setWide, unsignedAt } from '#engine/frame/wide-column.js';
import { columnOf } from './block.js';
import { type Column, wholeAt } from './column.js';
import { newMetadata } from './metadata.js';
import { datasetOf, publisherOf } from './publishers.js';
import { decodeAll, hasSamples, plain, sampleNamed } from './sample-files.fixture.js';
import { dateOfDay, symbolTable } from './symbols.js';

const MINUTE = 60_000_000_000n;

interface Bar {
  open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  volume: bigint;
}

describe.skipIf(!hasSamples)('ES futures (skipped where the samples are absent)', () => {
  test('trades add up to the vendor’s one-minute bars exactly', async () => {
    const trades = decodeAll(await plain(sampleNamed('futures_trades_2024-07-01T23-58_2024-07-02T00-02.dbn.zst')));
    const made = new Map<string, Bar>();
    for (const { mbp, rows } of trades.blocks)
      for (let row = 0; row < rows; row++) {
        // The vendor's bars go by ts_recv, its index time.
        const minute = (unsignedAt(mbp!.tsRecv, row) / MINUTE) * MINUTE;
        const key = `${mbp!.instrumentId[row]} ${minute}`;
        const price = mbp!.price.values[row]!;
        const size = BigInt(mbp!.size[row]!);
        const bar = made.get(key);
        if (bar === undefined) made.set(key, { open: price, high: price, low: price, close: price, volume: size });
        else {
          if (price > bar.high) bar.high = price;
          if (price < bar.low) bar.low = price;
          bar.close = price;
          bar.volume += size;
        }
      }
    const bars = decodeAll(await plain(sampleNamed('futures_ohlcv-1m_2024-07-01T23-40_2024-07-02T00-10.dbn.zst')));
    const told = new Map<string, Bar>();
    for (const block of bars.blocks) {
      const column = (name: string): Column => columnOf(block, name)!;
      for (let row = 0; row < block.rows; row++) {
        const [open, high, low, close, volume] = ['open', 'high', 'low', 'close', 'volume'].map((name) =>
          wholeAt(column(name), row),
        );
        const key = `${wholeAt(column('instrument_id'), row)} ${wholeAt(column('ts_event'), row)}`;
        told.set(key, { open: open!, high: high!, low: low!, close: close!, volume: volume! });
      }
    }
    expect(trades.seen.records).toBe(120);
    expect(made.size).toBe(4);
    for (const [key, bar] of made) expect([key, bar]).toEqual([key, told.get(key)]);
  });

  test('every instrument of eleven thousand mappings is found by its id and date', async () => {
    const { metadata } = decodeAll(await plain(sampleNamed('definition-glbx-es-opt.dbn.zst')));
    const table = symbolTable(metadata!);
    expect(metadata!.mappings).toHaveLength(11_294);
    for (const { rawSymbol, intervals } of metadata!.mappings)
      for (const { symbol, startDate, endDate } of intervals) {
        expect(table.symbolOn(Number(symbol), startDate)).toBe(rawSymbol);
        expect(table.symbolOn(Number(symbol), endDate)).not.toBe(rawSymbol);
      }
  });

  test('mbo prices are those of the contract, told by the double', async () => {
    const { blocks, metadata } = decodeAll(await plain(sampleNamed('esh4-glbx-mdp3-20231224.mbo.dbn.zst')));
    expect(blocks.reduce((sum, { rows }) => sum + rows, 0)).toBe(8725);
    const { mbo } = blocks[1]!;
    const row = mbo!.action.indexOf('A'.charCodeAt(0));
    expect((numberAt(mbo!.price, row) / 1e9) % 0.25).toBe(0);
    const table = symbolTable(metadata!);
    expect(table.symbolAt(mbo!.instrumentId[0]!, mbo!.tsRecv, 0)).toBe('ESH4');
  });
});

describe('symbols', () => {
  const intervals = [
    { startDate: 20260202, endDate: 20260203, symbol: '11667' },
    { startDate: 20260203, endDate: 20260204, symbol: '12' },
  ];
  const times = placeWide(3);
  // The last nanosecond of 2 February, the first of the third, and a time of nothing.
  setWide(times, 0, 1_770_076_799_999_999_999n);
  setWide(times, 1, 1_770_076_800_000_000_000n);
  setWide(times, 2, 2n ** 64n - 1n);

  test('an id means a symbol on its dates, to the nanosecond; elsewhere it is its own text', () => {
    const facts = {
      dataset: 'XNAS.ITCH',
      schema: 'mbo',
      start: 0n,
      mappings: [{ rawSymbol: 'NVDA', intervals }],
    } as const;
    const table = symbolTable(newMetadata(facts));
    expect([0, 1, 2].map((row) => table.symbolAt(11_667, times, row))).toEqual(['NVDA', '11667', '11667']);
    expect([0, 1].map((row) => table.symbolAt(12, times, row))).toEqual(['12', 'NVDA']);
  });

  test('with ids asked for, the interval names the symbol', () => {
    const facts = {
      dataset: 'XNAS.ITCH',
      schema: 'mbo',
      start: 0n,
      stypeIn: 'instrument_id',
      stypeOut: 'raw_symbol',
      mappings: [{ rawSymbol: '11667', intervals: [{ startDate: 20260202, endDate: 20260203, symbol: 'NVDA' }] }],
    } as const;
    expect(symbolTable(newMetadata(facts)).symbolAt(11_667, times, 0)).toBe('NVDA');
  });

  test('days are dates, and publishers have datasets', () => {
    expect([0, 59, 20_486].map(dateOfDay)).toEqual([19700101, 19700301, 20260202]);
    expect([datasetOf(2), datasetOf(1), datasetOf(7)]).toEqual(['XNAS.ITCH', 'GLBX.MDP3', undefined]);
    expect(publisherOf('XNAS.ITCH')).toEqual({ id: 2, dataset: 'XNAS.ITCH' });
  });
});
