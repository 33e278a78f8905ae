/** Which unit a timestamp is written in, told from its size (stage1.md 1.2), and its value in microseconds. */
import type { TimeUnit } from '#data/csv/time-cell.js';

export { TIME_UNITS, type TimeUnit } from '#data/csv/time-cell.js';

/** Seconds below 1e11 (the year 5138), then a thousand times finer for every three digits more. */
export function timeUnitOf(value: number): TimeUnit {
  const size = Math.abs(value);
  if (size < 1e11) return 's';
  if (size < 1e14) return 'ms';
  if (size < 1e17) return 'us';
  return 'ns';
}

/** Whole microseconds, floored. Seconds may carry a fraction, which is rounded to a microsecond: 0.1 s has no exact double. */
export function toMicroseconds(value: number, unit: TimeUnit): number {
  switch (unit) {
    case 's': {
      const whole = Math.floor(value);
      return whole * 1_000_000 + Math.round((value - whole) * 1_000_000);
    }
    case 'ms':
      return Math.floor(value * 1000);
    case 'us':
      return Math.floor(value);
    case 'ns':
      return Math.floor(value / 1000);
  }
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|z|[+-]\d{2}:?\d{2})?$/;

/** ISO 8601 with `T` or a blank, with or without offset (none means UTC) and fraction; undefined when it is no such time. */
export function isoToMicroseconds(text: string): number | undefined {
  const match = ISO.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset = 'Z'] = match;
  // Not Date.UTC, which takes the year 99 for 1999.
  const dayMs = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  const date = new Date(dayMs);
  // The 31st of February rolls over; a rolled date is no date.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offsetSeconds(offset);
  return dayMs * 1000 + seconds * 1_000_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

function offsetSeconds(offset: string): number {
  if (offset === 'Z' || offset === 'z') return 0;
  const digits = offset.replace(':', '');
  const seconds = Number(digits.slice(1, 3)) * 3600 + Number(digits.slice(3, 5)) * 60;
  return digits.startsWith('-') ? -seconds : seconds;
}
