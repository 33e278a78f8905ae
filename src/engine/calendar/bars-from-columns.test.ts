import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aggregateBars } from './aggregate-bars.js';
import { barsFromColumns, type RawBars } from './bars-from-columns.js';
import { formatDay, parseDay, parseTime } from './civil-date.js';
import { sessionCloseMs } from './exchange-calendar.js';
import { madeBars } from './made-bars.fixture.js';

type Row = [time: string, open: number, high: number, low: number, close: number, volume: number];

function columns(rows: readonly Row[]): RawBars {
  const column = (at: 1 | 2 | 3 | 4 | 5) => Float64Array.from(rows, (row) => row[at]);
  const timestampUs = Float64Array.from(rows, ([time]) => parseTime(time)! * 1000);
  return { timestampUs, open: column(1), high: column(2), low: column(3), close: column(4), volume: column(5) };
}

const at = (time: string): Row => [time, 10, 12, 9, 11, 100];

describe('barsFromColumns', () => {
  it('names a daily session by the UTC date at midnight UTC, else by the date in New York', () => {
    const { bars } = barsFromColumns(columns([at('2024-01-16T00:00:00Z'), at('2024-01-17T05:00:00Z')]), {
      interval: 'day',
    });
    expect(Array.from(bars.session, formatDay)).toEqual(['2024-01-16', '2024-01-17']);
    expect(bars.tsEndMs[0]).toBe(sessionCloseMs(parseDay('2024-01-16')!));
    expect(Array.from(bars.hourEt)).toEqual([9, 9]);
  });

  it('drops days without session, extended hours and repeated times, and says how many', () => {
    const day = barsFromColumns(columns([at('2024-01-13'), at('2024-01-16'), at('2024-01-16')]), { interval: 'day' });
    expect(day.dropped).toEqual({ invalid: 0, extendedHours: 0, offSession: 1, duplicates: 1 });
    // 2024-11-29 closed at 13:00 in New York, 18:00 UTC.
    const times = ['2024-11-29T14:29:00Z', '2024-11-29T14:30:00Z', '2024-11-29T17:59:00Z', '2024-11-29T18:00:00Z'];
    const minute = barsFromColumns(columns(times.map(at)), { interval: '1m' });
    expect(minute.dropped.extendedHours).toBe(2);
    expect(Array.from(minute.bars.hourEt)).toEqual([9, 12]);
  });

  it('lets the last row of a time win and sorts', () => {
    const rows: Row[] = [at('2024-01-17'), [...at('2024-01-16').slice(0, 4), 9.5, 1] as Row, at('2024-01-16')];
    const { bars } = barsFromColumns(columns(rows), { interval: 'day' });
    expect(Array.from(bars.session, formatDay)).toEqual(['2024-01-16', '2024-01-17']);
    expect(bars.close[0]).toBe(11);
  });

  it.each([
    [[10, 12, 9, 13, 1], 'high is below open or close'],
    [[8, 12, 9, 11, 1], 'low is above open or close'],
    [[10, 12, 0, 11, 1], 'a price is not above zero'],
    [[10, 12, 9, 11, -1], 'volume is negative'],
    [[10, Number.NaN, 9, 11, 1], 'a price is missing'],
    [[10, Infinity, 9, 11, 1], 'a price is missing'],
  ])('reports the bar %j: %s', (values, reason) => {
    const { rejected, bars } = barsFromColumns(columns([['2024-01-16', ...values] as Row]), { interval: 'day' });
    expect(rejected).toEqual([{ row: 0, reason }]);
    expect(bars.rows).toBe(0);
  });

  it('labels hours by the New York hour of their start on both sides of daylight time', () => {
    const minutes = madeBars({ interval: '1m', sessions: 2, from: '2024-03-08' });
    const hours = aggregateBars(minutes, '1m', 'hour');
    expect(Array.from(hours.hourEt)).toEqual([9, 10, 11, 12, 13, 14, 15, 9, 10, 11, 12, 13, 14, 15]);
    expect(new Date(hours.tsStartMs[0]!).toISOString()).toBe('2024-03-08T14:30:00.000Z');
    expect(new Date(hours.tsStartMs[7]!).toISOString()).toBe('2024-03-11T13:30:00.000Z');
  });

  it('gives a short day four hours', () => {
    const hours = aggregateBars(madeBars({ interval: '1m', sessions: 1, from: '2024-11-29' }), '1m', 'hour');
    expect(Array.from(hours.hourEt)).toEqual([9, 10, 11, 12]);
  });

  it.each([
    ['on the clock, the first a half hour', ['14:30', '15:00', '16:00', '20:00'], ['15:00', '16:00', '17:00', '21:00']],
    ['on the clock with a gap', ['14:30', '17:00'], ['15:00', '18:00']],
    ['from before the bell', ['14:00', '15:00'], ['15:00', '16:00']],
    ['counted from the bell, the last a half hour', ['14:30', '15:30', '20:30'], ['15:30', '16:30', '21:00']],
    ['counted from the bell with a gap', ['14:30', '18:30'], ['15:30', '19:30']],
    ['of which only the first is known', ['14:30'], ['15:00']],
  ])("takes a vendor's hours %s", (_, starts, ends) => {
    const { bars } = barsFromColumns(columns(starts.map((time) => at(`2024-01-16T${time}:00Z`))), { interval: 'hour' });
    expect(Array.from(bars.tsEndMs, (ms) => new Date(ms).toISOString().slice(11, 16))).toEqual(ends);
  });

  it('asks the evening before how the hours of a new day are counted', () => {
    const times = ['2024-01-16T20:30:00Z', '2024-01-17T14:30:00Z'];
    const { bars } = barsFromColumns(columns(times.map(at)), { interval: 'hour' });
    expect(new Date(bars.tsEndMs[1]!).toISOString()).toBe('2024-01-17T15:30:00.000Z');
    // On a short day too the half hour before the close is one.
    const short = barsFromColumns(columns(['2024-11-29T14:30:00Z', '2024-11-29T17:30:00Z'].map(at)), {
      interval: 'hour',
    });
    expect(new Date(short.bars.tsEndMs[1]!).toISOString()).toBe('2024-11-29T18:00:00.000Z');
  });

  it('aggregates minutes to the same day whichever way it goes', () => {
    const minutes = madeBars({ interval: '1m', sessions: 3 });
    const direct = aggregateBars(minutes, '1m', 'day');
    const stepwise = aggregateBars(aggregateBars(minutes, '1m', 'hour'), 'hour', 'day');
    for (const key of ['open', 'high', 'low', 'close', 'volume', 'session', 'tsEndMs'] as const)
      expect(stepwise[key]).toEqual(direct[key]);
    expect(direct.open[0]).toBe(minutes.open[0]);
    expect(direct.close[0]).toBe(minutes.close[389]);
  });

  it('keeps a vendor hour that begins before the bell, and marks it', () => {
    const { bars, isPartialSource } = barsFromColumns(
      columns([at('2024-01-16T14:00:00Z'), at('2024-01-16T15:00:00Z')]),
      { interval: 'hour' },
    );
    expect(isPartialSource).toBe(true);
    expect(Array.from(bars.isPartialSource!)).toEqual([1, 0]);
    expect(Array.from(bars.hourEt)).toEqual([9, 10]);
  });

  it('names a week by its last session', () => {
    const { bars } = barsFromColumns(
      columns(['2024-03-25', '2024-03-26', '2024-03-27', '2024-03-28', '2024-04-01'].map(at)),
      {
        interval: 'day',
        cadence: 'week',
      },
    );
    // Good Friday 2024 was the 29th of March; the week of the first of April is not over.
    expect(Array.from(bars.session, formatDay)).toEqual(['2024-03-28']);
    expect(bars.volume[0]).toBe(400);
  });

  it('refuses to make fine bars from coarse ones', () => {
    expect(() => barsFromColumns(columns([at('2024-01-16')]), { interval: 'day', cadence: 'hour' })).toThrow(
      /cannot be made/,
    );
  });

  const intraday = '../shared/data/ohlcv/quotes_intraday_1m.csv';
  it.skipIf(!existsSync(intraday))(
    'makes seven hours a session of real minutes (skipped when the file is absent)',
    () => {
      const lines = readFileSync(intraday, 'utf8').trim().split(/\r?\n/).slice(1);
      // The file's times are New York's: five hours behind UTC in December.
      const rows = lines.map((line): Row => {
        const [time, ...values] = line.split(',');
        return [`${time!.replace(' ', 'T')}:00-05:00`, ...values.map(Number)] as Row;
      });
      const { bars, dropped } = barsFromColumns(columns(rows), { interval: '1m', cadence: 'hour' });
      expect(bars.rows).toBe(28);
      // One closing print a day stands at 16:00, after the session.
      expect(dropped).toEqual({ invalid: 0, extendedHours: 4, offSession: 0, duplicates: 0 });
    },
  );

  const hourly = '../shared/data/ohlcv/urth_2022_1h.json';
  it.skipIf(!existsSync(hourly))('reads a vendor year of hours (skipped when the file is absent)', () => {
    const candles: Record<string, string>[] = JSON.parse(readFileSync(hourly, 'utf8'));
    const number = (key: string) => Float64Array.from(candles, (candle) => Number(candle[key]));
    const timestampUs = Float64Array.from(candles, (candle) => Number(candle['openTimeInMillis']) * 1000);
    const raw = {
      timestampUs,
      open: number('open'),
      high: number('high'),
      low: number('low'),
      close: number('close'),
      volume: number('volume'),
    };
    const { bars, dropped } = barsFromColumns(raw, { interval: 'hour' });
    expect(dropped.invalid + dropped.offSession).toBe(0);
    expect(new Set(bars.hourEt)).toEqual(new Set([9, 10, 11, 12, 13, 14, 15]));
    expect(bars.rows + dropped.extendedHours).toBe(candles.length);
  });
});
