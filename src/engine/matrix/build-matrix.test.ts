import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregateBars } from '../calendar/aggregate-bars.js';
import { parseDay } from '../calendar/civil-date.js';
import { madeBars } from '../calendar/made-bars.fixture.js';
import { sliceBars } from '../frame/slice-bars.js';
import { knownIndicators } from '../indicators/extra/index.js';
import { defineIndicator } from '../indicators/indicator.js';
import { indicators } from '../indicators/registry.js';
import { resolveIndicator, resolveIndicators } from '../indicators/resolve.js';
import { parseLabelKind } from '../labels/label-kind.js';
import { buildMatrix } from './build-matrix.js';
import { labelledFromTable } from './labelled-from-table.js';
import { formatMatrixCsv, parseMatrixCsv } from './matrix-csv.js';
import type { MatrixRequest } from './matrix-request.js';
import { findColumn, findNumbers } from './table.js';

const SWING = [
  'rsi',
  'ema__window=20',
  'ema__window=50',
  'macd',
  'adx',
  'atr',
  'keltner',
  'obv',
  'cmf',
  'sma__window=50',
  'momentum_score_total',
];

const daily = madeBars({ interval: 'day', sessions: 400 });
const hourly = madeBars({ interval: 'hour', sessions: 60 });

const ask = (change: Partial<MatrixRequest> = {}): MatrixRequest => ({
  ticker: 'TEST',
  interval: 'day',
  bars: daily,
  indicators: resolveIndicators(SWING),
  label: parseLabelKind('fwd_ret_5d'),
  ...change,
});

const askHourly = (change: Partial<MatrixRequest> = {}) =>
  ask({
    interval: 'hour',
    bars: hourly,
    label: parseLabelKind('next_bar_updown'),
    indicators: resolveIndicators(['rsi', 'ret']),
    ...change,
  });

describe('buildMatrix', () => {
  it('orders keys, prices, indicators and label as the contract does', () => {
    const names = buildMatrix(ask({ indicators: resolveIndicators(['rsi']) })).table.columns.map(({ name }) => name);
    expect(names.join(' ')).toBe(
      'ts date hour_et ticker spy_prev_close open high low close volume vwap day_of_week rsi_14 ret_next_hour ret_fwd ret_bar next_open next_close bar_index t1 label_side y_syn y',
    );
  });

  it('labels a daily row with the return to the close five sessions later', () => {
    const { labelled, dropped } = buildMatrix(ask());
    expect(labelled!.horizonReturn[0]).toBe(daily.close[5]! / daily.close[0]! - 1);
    expect(labelled!.t1Ms[0]).toBe(daily.tsEndMs[5]);
    expect(labelled!.nextOpen[0]).toBe(daily.open[1]);
    expect(labelled!.features.rows).toBe(395);
    expect(dropped).toEqual({ nullLabel: 5, nullPrice: 0, hours: 0 });
  });

  it('gives the last bar of a session no next-bar label', () => {
    const { table, labelled, dropped } = buildMatrix(askHourly({ fixedBp: 0 }));
    expect(new Set(labelled!.hourEt)).toEqual(new Set([9, 10, 11, 12, 13, 14]));
    expect(dropped.nullLabel).toBe(60);
    expect(table.rows).toBe(6 * 60);
    expect(labelled!.isIntraday).toBe(true);
  });

  it('drops rows whose trailing deviation rests on fewer than twenty returns', () => {
    const { labelled } = buildMatrix(askHourly({ kSigma: 0.3 }));
    // Six returns a session: the twentieth is known at the close of the second bar of the fourth session.
    expect(labelled!.barIndex[0]).toBe(3 * 7 + 2);
  });

  it('drops other hours, and keeps what they teach the indicators', () => {
    const all = buildMatrix(askHourly({ fixedBp: 5 }));
    const some = buildMatrix(askHourly({ fixedBp: 5, allowedHours: [13] }));
    expect(some.table.rows).toBe(60);
    expect(some.dropped.hours).toBe(6 * 60);
    const rsiOf = (built: typeof all) => findNumbers(built.table, 'rsi_14')!;
    const thirteens = [...all.labelled!.hourEt].flatMap((hour, row) => (hour === 13 ? [rsiOf(all)[row]] : []));
    expect([...rsiOf(some)]).toEqual(thirteens);
  });

  it('holds a session label on hourly bars for sessions, not for hours', () => {
    const { labelled } = buildMatrix(askHourly({ label: parseLabelKind('fwd_ret_5d') }));
    expect(labelled!.features.rows).toBe(55);
    expect([...labelled!.barIndex.slice(0, 3)]).toEqual([0, 1, 2]);
    expect(labelled!.nextClose[0]).toBe(labelled!.close[1]);
    expect(labelled!.nextOpen[0]).toBe(hourly.open[7]);
  });

  it('does not change when later data arrives', () => {
    const endDay = parseDay('2022-12-30')!;
    const startDay = parseDay('2022-06-01')!;
    const full = buildMatrix(ask({ startDay, endDay }));
    const known = madeBars({ interval: 'day', sessions: 300 });
    const early = buildMatrix(ask({ startDay, endDay, bars: known }));
    expect(formatMatrixCsv(early.table)).toBe(formatMatrixCsv(full.table));
  });

  it('finds no leak in an honest matrix', () => {
    expect(buildMatrix(ask({ leakCheck: { cuts: 25 } })).leaks).toEqual([]);
    expect(buildMatrix(askHourly({ leakCheck: { cuts: 25 } })).leaks).toEqual([]);
  });

  it.each(['ret_fwd', 'ret_next_hour', 'ret_bar', 'y', 't1', 'next_open'])(
    'finds the planted leak of %s asked for as a feature',
    (name) => {
      const built = buildMatrix(ask({ features: ['rsi', name] }));
      expect(built.featureColumns).toEqual(['rsi_14', name]);
      expect(built.leaks.map(({ column }) => column)).toEqual([name]);
      expect(built.leaks[0]!.example.t).toMatch(/^20\d\d-.*Z$/);
    },
  );

  it('finds a leaky indicator by what it computes, whatever it is called', () => {
    const honest = defineIndicator({
      ...indicators[0]!,
      name: 'honest_momentum',
      aliases: [],
      params: {},
      outputs: () => ['honest_momentum'],
      lookback: () => 0,
      compute: ({ bars }) => [bars.close.map((_, row) => bars.close[row + 1]! / bars.close[row]! - 1)],
    });
    const registry = [...indicators, honest];
    const built = buildMatrix(ask({ indicators: resolveIndicators(['rsi', 'honest_momentum'], registry), registry }));
    expect(built.leaks.map(({ column }) => column)).toEqual(['honest_momentum']);
  });

  it('refuses unknown features with a suggestion, and two indicators of one column', () => {
    expect(() => buildMatrix(ask({ features: ['rsi_15x'] }))).toThrow(/Unknown feature rsi_15x/);
    expect(() => buildMatrix(ask({ features: [] }))).toThrow(/at least one/);
    const twice = resolveIndicators(['bollinger_bands', { name: 'bollinger_bands', num_std: 3 }]);
    expect(() => buildMatrix(ask({ indicators: twice }))).toThrow(/bb_mid_20/);
  });

  it('says why a column is null', () => {
    const { warnings, table } = buildMatrix(ask({ indicators: resolveIndicators(['vix_delta', 'rsi']) }));
    expect(warnings).toEqual(['vix_delta is null: daily bars of the index I:VIX are missing']);
    expect(findNumbers(table, 'vix_delta')!.every(Number.isNaN)).toBe(true);
  });
});

describe('matrix CSV', () => {
  it('gives the same bytes for the same request, and the same labelled matrix back', () => {
    const built = buildMatrix(ask());
    const csv = formatMatrixCsv(built.table);
    expect(formatMatrixCsv(buildMatrix(ask()).table)).toBe(csv);
    const { featureColumns, isIntraday, label } = built;
    const back = labelledFromTable(parseMatrixCsv(csv), { featureColumns, isIntraday, horizonBars: label.horizonBars });
    expect(back.warnings).toEqual([]);
    expect(back.labelled).toEqual(built.labelled);
    expect(formatMatrixCsv(parseMatrixCsv(csv))).toBe(csv);
  });

  it('reads an hourly matrix back with its gaps', () => {
    const built = buildMatrix(askHourly({ allowedHours: [10, 13] }));
    const { featureColumns, isIntraday } = built;
    const back = labelledFromTable(parseMatrixCsv(formatMatrixCsv(built.table)), { featureColumns, isIntraday });
    expect(back.labelled).toEqual(built.labelled);
  });

  it('reads a foreign matrix: numeric classes, derived times, features by the registry', () => {
    const csv =
      'date,hour_et,open,close,rsi_7,secret,ret_next_hour,y\n2024-01-03,10,1,2,50,9,0.1,1\n2024-01-03,9,1,1.5,40,9,-0.1,-1\n2024-01-03,11,2,3,,9,,\n';
    const { labelled, rowsDropped } = labelledFromTable(parseMatrixCsv(csv));
    expect(labelled.features.names).toEqual(['hour_et', 'rsi_7']);
    expect([...labelled.y]).toEqual([0, 2]);
    expect(rowsDropped).toBe(1);
    expect(new Date(labelled.t0Ms[0]!).toISOString()).toBe('2024-01-03T15:00:00.000Z');
    expect(labelled.nextOpen[0]).toBe(1);
    expect(labelled.barReturn[0]).toBe(2 / 1.5 - 1);
  });

  it('knows the outputs of every indicator in a foreign matrix, the extra ones too, whatever their windows', () => {
    const outputs = knownIndicators.flatMap((one) => one.outputs(resolveIndicator(one.name).params));
    const named = [...new Set([...outputs, 'hma_9', 'wma_5_volume', 'vortex_plus_21', 'fracdiff_35_20', 'true_range'])];
    const csv = `date,secret,${named.join(',')},y\n2024-01-03,9,${named.map(() => 1).join(',')},1\n`;
    expect(labelledFromTable(parseMatrixCsv(csv)).labelled.features.names).toEqual(named);
  });

  it.each([
    ['', /empty/],
    ['a,a\n1,2\n', /twice/],
    ['date,y\n2024-01-03\n', /row 2/],
    ['date,y\n2024-13-03,1\n', /YYYY-MM-DD/],
    ['date,y\n2024-01-06,1\n', /no session/],
    ['date,close\n2024-01-03,1\n', /no column y/],
    ['date,y\n2024-01-03,BUY\n', /DOWN, FLAT or UP/],
    ['close,y\n1,1\n', /ts or date/],
  ])('refuses %j', (csv, reason) => {
    expect(() => labelledFromTable(parseMatrixCsv(csv))).toThrow(reason);
  });

  it.each([
    ['date,close\n2024-01-03,1\n2024-01-04,1e999\n', /row 3.*close must be a number, not 1e999/],
    ['date,ret_fwd\n2024-01-03,high\n', /row 2.*ret_fwd must be a number/],
    ['date,rsi_7\n2024-01-03,1\n2024-01-04,2\n2024-01-05,x\n', /row 4.*rsi_7 must be a number/],
    ['date,note\n2024-01-03,"a"b\n', /quote/],
  ])('does not take %j for a text or a null', (csv, reason) => expect(() => parseMatrixCsv(csv)).toThrow(reason));

  it('gives every double back, bit for bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noDefaultInfinity: true }).filter((value) => !Object.is(value, -0))),
        (numbers) => {
          const table = {
            rows: numbers.length,
            columns: [{ name: 'x', kind: 'number' as const, values: Float64Array.from(numbers) }],
          };
          // A column of nothing but nulls in one column is a file of empty lines: a second column keeps the rows.
          const wide = {
            ...table,
            columns: [
              { ...table.columns[0]!, name: 'hour_et', values: new Float64Array(numbers.length) },
              ...table.columns,
            ],
          };
          const back = findNumbers(parseMatrixCsv(formatMatrixCsv(wide)), 'x');
          expect([...back!]).toEqual(numbers);
        },
      ),
    );
  });

  it('gives every text back', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc
            .string({ unit: 'grapheme' })
            .filter((text) => text.trim() === text && !/^(nan|null|none|n\/?a|<na>)$/i.test(text)),
        ),
        (texts) => {
          const filled = texts.map((text) => `${text}!`);
          const table = { rows: filled.length, columns: [{ name: 'ticker', kind: 'text' as const, values: filled }] };
          expect(findColumn(parseMatrixCsv(formatMatrixCsv(table)), 'ticker')!.values).toEqual(filled);
        },
      ),
    );
  });

  it('quotes what needs quotes', () => {
    const table = { rows: 1, columns: [{ name: 'a,b', kind: 'text' as const, values: ['say "hi"\nthere'] }] };
    const csv = formatMatrixCsv(table);
    expect(csv).toBe('"a,b"\n"say ""hi""\nthere"\n');
    expect(findColumn(parseMatrixCsv(csv), 'a,b')!.values).toEqual(['say "hi"\nthere']);
  });
});

describe('buildMatrix with little', () => {
  it.each([0, 1, 2, 30])('takes %i bars', (rows) => {
    const built = buildMatrix(ask({ bars: sliceBars(daily, 0, rows) }));
    expect(built.table.rows).toBe(Math.max(0, rows - 5));
    expect(built.leaks).toEqual([]);
    const csv = formatMatrixCsv(built.table);
    expect(csv.split('\n')).toHaveLength(built.table.rows + 2);
    expect(parseMatrixCsv(csv).rows).toBe(built.table.rows);
  });

  it('begins with the first session of the calendar and ends with the last', () => {
    const ends = [
      { from: '1990-01-02', sessions: 40 },
      { from: '2040-11-01', sessions: 40 },
    ];
    for (const { from, sessions } of ends) {
      const bars = madeBars({ interval: 'day', sessions, from });
      const indicators = resolveIndicators(['daily_ret', 'open_gap_z', 'rsi']);
      expect(buildMatrix(ask({ bars, indicators })).table.rows).toBe(35);
    }
  });

  it('gives no row where no session is asked for', () => {
    const built = buildMatrix(ask({ startDay: parseDay('2030-01-01')!, endDay: parseDay('2030-12-31')! }));
    expect(built.table.rows).toBe(0);
    expect(built.labelBalance).toEqual({ DOWN: 0, FLAT: 0, UP: 0 });
  });

  it('never calls a missing price FLAT', () => {
    const close = daily.close.map((value, row) => (row === 100 ? Number.NaN : value));
    const { dropped, table } = buildMatrix(ask({ bars: { ...daily, close }, label: parseLabelKind('fwd_ret_1d') }));
    expect(dropped).toEqual({ nullLabel: 2, nullPrice: 1, hours: 0 });
    expect(findNumbers(table, 'close')!.every(Number.isFinite)).toBe(true);
  });

  it('builds a matrix of features alone for a rule model', () => {
    const built = buildMatrix(ask({ label: parseLabelKind('none') }));
    expect(built.labelled).toBeUndefined();
    expect(built.table.rows).toBe(400);
    expect(findColumn(built.table, 'y')!.values.every((cell) => cell === '')).toBe(true);
    expect(() => labelledFromTable(parseMatrixCsv(formatMatrixCsv(built.table)))).toThrow(/no column y/);
  });

  it('counts weeks on weekly bars', () => {
    const bars = aggregateBars(daily, 'day', 'week');
    const { labelled, leaks } = buildMatrix(
      ask({ interval: 'week', bars, label: parseLabelKind('fwd_ret_10d'), indicators: resolveIndicators(['rsi']) }),
    );
    expect(labelled!.horizonBars).toBe(2);
    expect(labelled!.horizonReturn[0]).toBe(bars.close[2]! / bars.close[0]! - 1);
    expect(labelled!.isIntraday).toBe(false);
    expect(leaks).toEqual([]);
  });

  it('allocates what workers share on shared memory', () => {
    const { labelled } = buildMatrix(ask());
    expect(labelled!.features.columns.every(({ buffer }) => buffer instanceof SharedArrayBuffer)).toBe(true);
    expect(labelled!.y.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
