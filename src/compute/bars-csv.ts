/** Bars as they came, as CSV and back: what a matrix was made from, kept so that later imports never change its proof. */
import { errors } from '#base/errors.js';
import type { RawBars } from '#engine/calendar/bars-from-columns.js';

const COLUMNS = ['open', 'high', 'low', 'close', 'volume', 'vwap'] as const;
const HEADER = `timestamp,${COLUMNS.join(',')}`;

/** Microseconds since the epoch, shortest round-trip numbers, the empty field for what is not known; one `\n` a row. */
export function formatBarsCsv(bars: RawBars): string {
  const columns = COLUMNS.map((name) => bars[name]);
  const lines = [HEADER];
  for (let row = 0; row < bars.timestampUs.length; row++) {
    const cells = columns.map((column) => {
      const value = column?.[row] ?? Number.NaN;
      return Number.isFinite(value) ? String(value) : '';
    });
    lines.push(`${bars.timestampUs[row]},${cells.join(',')}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Reads what formatBarsCsv wrote. */
export function parseBarsCsv(csv: string): RawBars {
  const lines = csv.split('\n');
  if (lines[0] !== HEADER) throw errors.matrixCsvInvalid('it is no snapshot of bars', 1);
  const rows = lines.length - 2;
  const read = [new Float64Array(rows), ...COLUMNS.map(() => new Float64Array(rows))];
  for (let row = 0; row < rows; row++) {
    const cells = lines[row + 1]!.split(',');
    read.forEach((column, at) => {
      column[row] = cells[at] === '' ? Number.NaN : Number(cells[at]);
    });
  }
  const [timestampUs, open, high, low, close, volume, vwap] = read as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return { timestampUs, open, high, low, close, volume, vwap };
}
