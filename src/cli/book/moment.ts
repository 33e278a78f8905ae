/** A moment of a trading day, to the nanosecond: a New York clock time, an instant with its zone, or nanoseconds since 1970. */

/** A time of the day as the exchange's clock shows it. */
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;
/** From 2001 on, nanoseconds have nineteen digits. */
const NANOSECONDS = /^\d{19}$/;

/** Nanoseconds since 1970; undefined when the text is none of the three, or names a time that the day does not have. */
export function momentNs(date: string, text: string): bigint | undefined {
  if (NANOSECONDS.test(text)) return BigInt(text);
  const instant = INSTANT.exec(text);
  if (instant !== null) {
    const [, second, fraction = '', zone] = instant;
    const ms = Date.parse(`${second}${zone}`);
    return Number.isNaN(ms) ? undefined : nanos(ms, fraction);
  }
  const clock = CLOCK.exec(text);
  if (clock === null) return undefined;
  const [, hour, minute, second = '00', fraction = ''] = clock;
  const wallMs = Date.parse(`${date}T${hour!.padStart(2, '0')}:${minute}:${second}Z`);
  const ms = Number.isNaN(wallMs) ? undefined : newYorkToUtcMs(wallMs);
  return ms === undefined ? undefined : nanos(ms, fraction);
}

const nanos = (ms: number, fraction: string) => BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));

/** The instant at which New York's clock shows a time, both in milliseconds; undefined for an hour that was skipped in spring. */
function newYorkToUtcMs(wallMs: number): number | undefined {
  let ms = wallMs;
  // Twice: beside a change of the clocks the first guess is off by an hour.
  for (let turn = 0; turn < 2; turn++) ms += wallMs - shownMs(ms);
  return shownMs(ms) === wallMs ? ms : undefined;
}

const newYork = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
});

/** What New York's clock shows at an instant, read as if it were UTC. */
function shownMs(ms: number): number {
  const parts = Object.fromEntries(newYork.formatToParts(ms).map(({ type, value }) => [type, value]));
  return Date.parse(
    `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}:${parts['second']}Z`,
  );
}

const fractionOf = (ns: bigint) => String(ns % 1_000_000_000n).padStart(9, '0');

/** `2026-02-02T15:30:00.123456789Z`. */
export const isoOf = (ns: bigint) =>
  `${new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19)}.${fractionOf(ns)}Z`;

/** `2026-02-02 10:30:00.123456789 in New York`. */
export function sayMoment(ns: bigint): string {
  const shown = new Date(shownMs(Number(ns / 1_000_000_000n) * 1000)).toISOString();
  return `${shown.slice(0, 10)} ${shown.slice(11, 19)}.${fractionOf(ns)} in New York`;
}
