import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { placeMboBlock, placeMbpBlock } from '#engine/frame/dbn-block.js';
import { setWide, UNDEF_PRICE } from '#engine/frame/wide-column.js';
import { blockOfMbo, blockOfMbp, columnOf, type DbnBlock, makeBlock, setRows } from './block.js';
import { setText, setWhole, textAt, wholeAt } from './column.js';
import { encodeBlock, encodeMetadata } from './encode.js';
import { newMetadata } from './metadata.js';
import { type DbnVersion, layoutOf, RECORD_TYPES } from './record-type.js';
import { decodeAll } from './sample-files.fixture.js';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const code = (letter: string) => letter.charCodeAt(0);

/** The file of dbn.md 6: a clear and two adds. */
function nvda() {
  const mbo = placeMboBlock(3);
  const rows = [
    ['R', 'N', 1_770_042_600_000_000_000n, 1000n, 0n, UNDEF_PRICE, 0, 1000, 0],
    ['A', 'B', 1_770_042_600_000_000_500n, 1000n, 9001n, 187_250_000_000n, 300, 1000, 4211],
    ['A', 'A', 1_770_042_600_000_000_900n, 1100n, 9002n, 187_260_000_000n, 100, 1100, 4212],
  ] as const;
  rows.forEach(([action, side, tsEvent, delay, orderId, price, size, tsInDelta, sequence], row) => {
    mbo.publisherId[row] = 2;
    mbo.instrumentId[row] = 11_667;
    mbo.flags[row] = 128;
    mbo.action[row] = code(action);
    mbo.side[row] = code(side);
    mbo.size[row] = size;
    mbo.tsInDelta[row] = tsInDelta;
    mbo.sequence[row] = sequence;
    setWide(mbo.tsEvent, row, tsEvent);
    setWide(mbo.tsRecv, row, tsEvent + delay);
    setWide(mbo.orderId, row, orderId);
    setWide(mbo.price, row, price);
  });
  mbo.rows = 3;
  return blockOfMbo(mbo);
}

const headerOf = (version: DbnVersion) =>
  newMetadata({
    version,
    dataset: 'XNAS.ITCH',
    schema: 'mbo',
    start: 1_770_008_400_000_000_000n,
    end: 1_770_094_800_000_000_000n,
    mappings: [{ rawSymbol: 'NVDA', intervals: [{ startDate: 20260202, endDate: 20260203, symbol: '11667' }] }],
  });

describe('the test vectors of the format', () => {
  test.each([
    [3, 528, '49d8ae0fa4b6368043ca45ee719db96f4067dee7deea047f6f08f8f17e81ed42'],
    [2, 521, 'cd7eb1cbbfbcb6e563e5f2893146754169c9e8a16122bd188fb6df975e422548'],
    [1, 374, '67709ac9c503f8248f9cd279fa53644afb72ff28c473ad1107c2b83eb391d4b3'],
  ] as const)('version %i of the NVDA file is exact to its hash, and reads back', (version, length, sha) => {
    const file = Buffer.concat([encodeMetadata(headerOf(version)), encodeBlock(nvda(), { version })]);
    expect(file.length).toBe(length);
    expect(sha256(file)).toBe(sha);
    const { metadata, blocks } = decodeAll(file);
    expect(metadata).toMatchObject({ ...headerOf(version), carried: {} });
    expect(blocks[0]!.mbo!.orderId.values).toEqual(BigInt64Array.of(0n, 9001n, 9002n));
    expect([...blocks[0]!.mbo!.action].map((one) => String.fromCharCode(one)).join('')).toBe('RAA');
  });

  test('an mbp-10 record has its levels where the format puts them', () => {
    const mbp = placeMbpBlock(1);
    mbp.publisherId[0] = 2;
    mbp.instrumentId[0] = 11_667;
    mbp.action[0] = code('A');
    mbp.side[0] = code('A');
    mbp.flags[0] = 128;
    mbp.size[0] = 100;
    mbp.tsInDelta[0] = 1100;
    mbp.sequence[0] = 4212;
    setWide(mbp.tsEvent, 0, 1_770_042_600_000_000_900n);
    setWide(mbp.tsRecv, 0, 1_770_042_600_000_002_000n);
    setWide(mbp.price, 0, 187_260_000_000n);
    for (const { bidPx, askPx } of mbp.levels) for (const px of [bidPx, askPx]) setWide(px, 0, UNDEF_PRICE);
    const [best, second] = mbp.levels;
    setWide(best!.bidPx, 0, 187_250_000_000n);
    setWide(best!.askPx, 0, 187_260_000_000n);
    setWide(second!.bidPx, 0, 187_240_000_000n);
    best!.bidSz[0] = 300;
    best!.askSz[0] = 100;
    best!.bidCt[0] = 2;
    best!.askCt[0] = 1;
    second!.bidSz[0] = 500;
    second!.bidCt[0] = 3;
    mbp.rows = 1;
    const bytes = encodeBlock(blockOfMbp(mbp));
    const absent = 'ffffffffffffff7f ffffffffffffff7f 00000000 00000000 00000000 00000000';
    const wanted = hex(`5c0a0200932d0000 84134fda5d749018 00d790992b000000 64000000 41 41 80 00
      d0174fda5d749018 4c040000 74100000 8040f8982b000000 00d790992b000000 2c010000 64000000 02000000 01000000
      00aa5f982b000000 ffffffffffffff7f f4010000 00000000 03000000 00000000 ${absent.repeat(8)}`);
    expect(Buffer.from(bytes).toString('hex')).toBe(wanted.toString('hex'));
  });
});

/** A block whose every byte is its own, so that a field in the wrong place is seen. */
function filled(rtype: number, version: DbnVersion, tsOut: boolean): DbnBlock {
  const block = makeBlock(rtype, version, 5, { tsOut });
  let next = 1;
  for (const column of block.columns)
    for (let row = 0; row < 5; row++) {
      next++;
      if (column.store === 'bytes') {
        if (column.type === 'text') setText(column, row, `t${next}`.slice(0, column.width - 1));
        else column.bytes.fill(next, row * column.width, (row + 1) * column.width);
      } else setWhole(column, row, BigInt(column.store === 'wide' ? next * 1_000_003 : next % 120));
    }
  if (tsOut) for (let row = 0; row < 5; row++) setWide(block.tsOut!, row, BigInt(row) + 2n ** 63n);
  setRows(block, 5);
  return block;
}

const every = RECORD_TYPES.flatMap(({ kind, rtypes }) =>
  ([1, 2, 3] as const).map((version) => [kind, rtypes[0]!, version] as const),
);

test.each(every)(
  '%s records (rtype %i) of version %i come back as they were, with and without ts_out',
  (_, rtype, version) => {
    for (const tsOut of [false, true]) {
      const block = filled(rtype, version, tsOut);
      // What this version does not store is what it says when there is nothing to say.
      const once = encodeBlock(block, { version, tsOut });
      const { blocks } = decodeAll(once, { fragment: { version, tsOut } });
      expect(blocks).toHaveLength(1);
      expect(Buffer.from(encodeBlock(blocks[0]!, { version, tsOut })).equals(Buffer.from(once))).toBe(true);
      const stored = new Set(
        layoutOf(RECORD_TYPES.find((type) => type.rtypes.includes(rtype))!, version).fields.map(({ name }) => name),
      );
      for (const column of block.columns) {
        const read = columnOf(blocks[0]!, column.name)!;
        if (!stored.has(column.name)) continue;
        for (let row = 0; row < 5; row++) {
          const say = (one: typeof column) => (one.store === 'bytes' ? textAt(one, row) : wholeAt(one, row));
          expect([column.name, say(read)]).toEqual([column.name, say(column)]);
        }
      }
      if (tsOut) expect(blocks[0]!.tsOut!.values).toEqual(block.tsOut!.values);
    }
  },
);

test('a value without room in an older version is refused by name, and "none" stays none', () => {
  const statistics = makeBlock(0x18, 3, 1);
  const quantity = columnOf(statistics, 'quantity')!;
  setRows(statistics, 1);
  setWhole(quantity, 0, 5_000_000_000n);
  expect(() => encodeBlock(statistics, { version: 2 })).toThrow('Field quantity of record 0 cannot be written');
  setWhole(quantity, 0, UNDEF_PRICE);
  const older = encodeBlock(statistics, { version: 1 });
  expect(new DataView(older.buffer).getInt32(40, true)).toBe(2_147_483_647);
  const read = decodeAll(older, { fragment: { version: 1 } }).blocks[0]!;
  expect(wholeAt(columnOf(read, 'quantity')!, 0)).toBe(UNDEF_PRICE);

  const definition = makeBlock(0x13, 3, 1);
  setRows(definition, 1);
  const symbol = columnOf(definition, 'raw_symbol')!;
  if (symbol.store === 'bytes') expect(setText(symbol, 0, 'S'.repeat(22))).toBe(true);
  expect(() => encodeBlock(definition, { version: 1 })).toThrow('raw_symbol');
  expect(encodeBlock(definition, { version: 2 }).length).toBe(400);
  expect(() =>
    encodeMetadata(newMetadata({ dataset: 'X', schema: null, start: 0n, symbols: ['S'.repeat(71)] })),
  ).toThrow('symbol');
});
