/** The worked book of dbn.md 5 as a DBN file: events 7, 8 and 9 share a sequence, all are a millisecond apart (umiki.md 10). */
import { blockOfMbo } from '#data/dbn/block.js';
import { newMetadata } from '#data/dbn/metadata.js';
import { encodeDbn } from '#data/dbn/write-file.js';
import { type MboBlock, placeMboBlock } from '#engine/frame/dbn-block.js';

type Event = readonly [action: string, side: string, id: number, price: number | null, size: number, isLast: boolean];

const EVENTS: readonly Event[] = [
  ['R', 'N', 0, null, 0, true],
  ['A', 'B', 1, 187.25, 300, true],
  ['A', 'B', 2, 187.24, 200, true],
  ['A', 'B', 3, 187.25, 100, true],
  ['A', 'A', 4, 187.27, 400, true],
  ['A', 'A', 5, 187.28, 100, true],
  ['T', 'B', 0, 187.27, 150, false],
  ['F', 'A', 4, 187.27, 150, false],
  ['C', 'A', 4, 187.27, 150, true],
  ['T', 'N', 0, 187.26, 50, true],
  ['M', 'B', 1, 187.25, 500, true],
  ['M', 'B', 2, 187.26, 200, true],
  ['C', 'A', 5, 187.28, 100, true],
  ['M', 'A', 77, 187.29, 10, true],
];

export const START_NS = 1_770_042_600_000_000_000n;
const UNDEF_PRICE = 0x7fff_ffff_ffff_ffffn;

function block(): MboBlock {
  const rows = placeMboBlock(EVENTS.length);
  rows.rows = EVENTS.length;
  let sequence = 99;
  EVENTS.forEach(([action, side, id, price, size, isLast], row) => {
    if (row < 7 || row > 8) sequence++;
    const at = START_NS + BigInt(row) * 1_000_000n;
    rows.publisherId[row] = 2;
    rows.instrumentId[row] = 11667;
    rows.tsEvent.values[row] = at;
    rows.tsRecv.values[row] = at + 1000n;
    rows.tsInDelta[row] = 1000;
    rows.orderId.values[row] = BigInt(id);
    rows.price.values[row] = price === null ? UNDEF_PRICE : BigInt(Math.round(price * 100)) * 10_000_000n;
    rows.size[row] = size;
    rows.flags[row] = isLast ? 128 : 0;
    rows.action[row] = action.charCodeAt(0);
    rows.side[row] = side.charCodeAt(0);
    rows.sequence[row] = sequence;
  });
  return rows;
}

export async function workedBook(dataset = 'XNAS.ITCH'): Promise<Buffer> {
  const metadata = newMetadata({
    dataset,
    schema: 'mbo',
    start: 1_770_008_400_000_000_000n,
    mappings: [{ rawSymbol: 'NVDA', intervals: [{ startDate: 20260202, endDate: 20260203, symbol: '11667' }] }],
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of encodeDbn(metadata, [blockOfMbo(block())])) pieces.push(piece);
  return Buffer.concat(pieces);
}
