/** A CSV of made-up minute bars: the same bytes every time, six columns, in time order. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

const FIRST_SECOND = 1_600_000_000;
const ROWS_A_CHUNK = 20_000;

/** Rows `from` to `to` of one endless series; the walk of a row depends on its number alone. */
export async function writePriceCsv(path: string, from: number, to: number): Promise<void> {
  const out = createWriteStream(path);
  out.write('timestamp_unix,open,high,low,close,volume\n');
  for (let start = from; start < to; start += ROWS_A_CHUNK) {
    const rows: string[] = [];
    for (let i = start; i < Math.min(start + ROWS_A_CHUNK, to); i++) rows.push(row(i));
    if (!out.write(rows.join(''))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/** Cents and a whole-number hash (Knuth's multiplicative), so that no platform rounds differently. */
function row(i: number): string {
  const noise = (Math.imul(i + 1, 2654435761) >>> 16) % 1000;
  const cents = 10_000 + (i % 5_000) + noise;
  const text = (value: number) => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`;
  const open = text(cents);
  return `${FIRST_SECOND + 60 * i},${open},${text(cents + 37)},${text(cents - 41)},${text(cents + (noise % 30))},${1000 + noise}.5\n`;
}
