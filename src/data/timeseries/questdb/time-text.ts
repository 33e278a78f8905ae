/** QuestDB's times as text, `2017-07-14T02:40:00.000000Z`, into whole microseconds since the epoch. */

const ZERO = 48;
const US_PER_DAY = 86_400_000_000;
const DATE_BYTES = 10;
/** `YYYY-MM-DDTHH:MM:SS`, which a point and a fraction may follow. */
const SECONDS_BYTES = 19;

/** One reader a column: days repeat from row to row, so the last one is remembered. A bigint where a number is not exact, from the year 2255. */
export function makeTimeReader(): (bytes: Uint8Array, start: number, end: number) => number | bigint {
  const day = new Uint8Array(DATE_BYTES);
  let dayUs = Number.NaN;
  return (bytes, start, end) => {
    // Years beyond four digits, or before the first, are rare enough for the slow way.
    if (bytes[start + 4] !== 45 || bytes[start + DATE_BYTES] !== 84) return slowly(bytes, start, end);
    let isSame = true;
    for (let k = 0; k < DATE_BYTES; k++) if (day[k] !== bytes[start + k]) isSame = false;
    if (!isSame || Number.isNaN(dayUs)) {
      day.set(bytes.subarray(start, start + DATE_BYTES));
      dayUs = dayNumber(bytes, start) * US_PER_DAY;
    }
    const two = (at: number) => 10 * (bytes[start + at]! - ZERO) + bytes[start + at + 1]! - ZERO;
    let us = 0;
    // Milliseconds, microseconds or nanoseconds; what is finer than a microsecond is cut off, which is to round down.
    for (let k = 0, at = start + SECONDS_BYTES + 1; k < 6; k++, at++) {
      const digit = at < end ? bytes[at]! - ZERO : -1;
      us = us * 10 + (digit >= 0 && digit <= 9 ? digit : 0);
    }
    return together(dayUs, ((two(11) * 60 + two(14)) * 60 + two(17)) * 1_000_000 + us);
  };
}

/** Days are whole multiples of 2^14 microseconds and exact far beyond 2^53; their sum with the rest may not be. */
function together(dayUs: number, restUs: number): number | bigint {
  const us = dayUs + restUs;
  return Number.isSafeInteger(us) ? us : BigInt(dayUs) + BigInt(restUs);
}

function dayNumber(bytes: Uint8Array, start: number): number {
  const digit = (at: number) => bytes[start + at]! - ZERO;
  const year = 1000 * digit(0) + 100 * digit(1) + 10 * digit(2) + digit(3);
  const date = new Date(0);
  date.setUTCFullYear(year, 10 * digit(5) + digit(6) - 1, 10 * digit(8) + digit(9));
  return date.getTime() / 86_400_000;
}

function slowly(bytes: Uint8Array, start: number, end: number): number | bigint {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const [, sign = '', years = '', rest = '', fraction = ''] = /^(-?)(\d+)(-.*?)(?:\.(\d+))?Z$/.exec(text) ?? [];
  const ms = Date.parse(`${sign === '-' ? '-' : '+'}${years.padStart(6, '0')}${rest}Z`);
  return together(ms * 1000, Number(fraction.padEnd(6, '0').slice(0, 6)));
}
