/** What every measurement store does, whatever stands behind it: one suite, run over each backend by its own test file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#base/errors.js';
import type { ColumnBatch, MeasurementStore } from '#data/timeseries/port.js';
import { BACKEND_PROFILES } from '#data/timeseries/profiles.js';

export interface Backend {
  readonly name: MeasurementStore['backend'];
  /** Opens the same store again when it is given the same directory. */
  open(dir: string): Promise<MeasurementStore>;
}

const NO_LIMITS = { rowsMax: 100_000, timeoutMs: 30_000 };

const doubles = (timestampUs: number[], values: Record<string, number[]>): ColumnBatch => ({
  timestampUs: Float64Array.from(timestampUs),
  columns: Object.entries(values).map(([name, column]) => ({
    name,
    type: 'DOUBLE',
    values: Float64Array.from(column),
  })),
});

export const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'no error';
};

export function portSuite({ name, open }: Backend): void {
  describe(`the ${name} measurement store`, () => {
    const dir = mkdtempSync(join(tmpdir(), 'almanac-series-'));
    const profile = BACKEND_PROFILES[name];
    let store: MeasurementStore;

    beforeAll(async () => {
      store = await open(dir);
    });
    afterAll(async () => {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    });

    it('gives back what was appended, with its count, bounds and columns', async () => {
      const report = await store.append(
        'bars',
        doubles([1_000_000, 2_000_000], { open: [1.5, Number.NaN], close: [2, 3] }),
      );
      expect(report).toEqual({ rowsInserted: 2, rowsUpdated: 0, duplicatesInBatch: 0 });
      expect(await store.find('bars')).toEqual({
        name: 'bars',
        rowCount: 2,
        firstTsUs: 1_000_000,
        lastTsUs: 2_000_000,
        columns: [
          { name: 'timestamp', type: 'TIMESTAMP' },
          { name: 'open', type: 'DOUBLE' },
          { name: 'close', type: 'DOUBLE' },
        ],
        dedupKeys: [],
      });
      const { columns, types, rows, truncated } = await store.query('SELECT * FROM bars;', NO_LIMITS);
      expect({ columns, rows, truncated }).toEqual({
        columns: ['timestamp', 'open', 'close'],
        rows: [
          [1_000_000, 1.5, 2],
          [2_000_000, null, 3],
        ],
        truncated: false,
      });
      expect(types).toHaveLength(3);
    });

    it('lets the last row of equal key win, inside the batch and against the table', async () => {
      await store.append('upserts', doubles([10, 20, 30], { v: [1, 2, 3] }));
      const report = await store.append('upserts', doubles([20, 40, 20], { v: [7, 4, 8] }));
      expect(report).toEqual({ rowsInserted: 1, rowsUpdated: 1, duplicatesInBatch: 1 });
      const { rows } = await store.query('SELECT timestamp, v FROM upserts ORDER BY timestamp', NO_LIMITS);
      expect(rows).toEqual([
        [10, 1],
        [20, 8],
        [30, 3],
        [40, 4],
      ]);
      expect(await store.find('upserts')).toMatchObject({ rowCount: 4, firstTsUs: 10, lastTsUs: 40 });
    });

    it('takes away what a batch does not bring again of the range it replaces, and nothing beside it', async () => {
      // Two months, so that the neighbours stand in other partitions as well.
      const [january, february] = [1_704_067_200_000_000, 1_706_745_600_000_000];
      const times = [january, january + 10, january + 20, january + 30, january + 40, february];
      await store.append('rebuilt', doubles(times, { v: [0, 1, 2, 3, 4, 5] }));
      const range = { firstTsUs: january + 10, lastTsUs: january + 30 };
      const report = await store.append('rebuilt', doubles([january + 20], { v: [22] }), { replaces: range });
      // Where the cuts are made again, what comes again comes new.
      const [rowsInserted, rowsUpdated] = profile.takesRowsAtomically ? [0, 1] : [1, 0];
      expect(report).toEqual({ rowsInserted, rowsUpdated, duplicatesInBatch: 0 });
      const rows = async () =>
        (await store.query('SELECT timestamp, v FROM rebuilt ORDER BY timestamp', NO_LIMITS)).rows;
      const left = [
        [january, 0],
        [january + 20, 22],
        [january + 40, 4],
        [february, 5],
      ];
      expect(await rows()).toEqual(left);
      // Again: nothing is there to be taken away.
      await store.append('rebuilt', doubles([january + 20], { v: [22] }), { replaces: range });
      expect(await rows()).toEqual(left);
      expect(await store.find('rebuilt')).toMatchObject({ rowCount: 4, firstTsUs: january, lastTsUs: february });
      await store.append('rebuilt', doubles([], { v: [] }), {
        replaces: { firstTsUs: january + 40, lastTsUs: february },
      });
      expect(await rows()).toEqual(left.slice(0, 2));
      expect(await store.find('rebuilt')).toMatchObject({ rowCount: 2, lastTsUs: january + 20 });
      await store.append('rebuilt', doubles([7], { v: [7] }), { replaces: { firstTsUs: 0, lastTsUs: february } });
      expect(await store.find('rebuilt')).toMatchObject({ rowCount: 1, firstTsUs: 7, lastTsUs: 7 });
    });

    it('keeps the whole key in a range that is replaced, not the time alone', async () => {
      const batch = (folds: number[]): ColumnBatch => ({
        timestampUs: Float64Array.from(folds, () => 5),
        columns: [{ name: 'fold_number', type: 'BIGINT', values: folds }],
      });
      await store.append('replaced_folds', batch([0, 1, 2]));
      const range = { firstTsUs: 5, lastTsUs: 5 };
      await store.append('replaced_folds', batch([1, 3]), { replaces: range });
      const { rows } = await store.query('SELECT fold_number FROM replaced_folds ORDER BY fold_number', NO_LIMITS);
      expect(rows).toEqual([[1], [3]]);
    });

    it('keeps overlapping folds and symbols of one time apart, and remembers the keys a caller named', async () => {
      const batch = (fold: number, desk: string, value: number): ColumnBatch => ({
        timestampUs: Float64Array.of(5, 6),
        columns: [
          { name: 'fold_number', type: 'BIGINT', values: [fold, fold] },
          { name: 'desk', type: 'VARCHAR', values: [desk, null] },
          { name: 'value', type: 'DOUBLE', values: Float64Array.of(value, value) },
        ],
      });
      await store.append('folds', batch(0, 'a', 1), { dedupKeys: ['desk'] });
      expect(await store.append('folds', batch(1, 'a', 2))).toMatchObject({ rowsInserted: 2, rowsUpdated: 0 });
      expect(await store.append('folds', batch(1, 'b', 3))).toMatchObject({ rowsInserted: 1, rowsUpdated: 1 });
      expect(await store.find('folds')).toMatchObject({ rowCount: 5, dedupKeys: ['fold_number', 'desk'] });
    });

    it('stores every type with nulls, long and short texts, and exact 64-bit integers', async () => {
      const long = 'ein längerer Text, der nicht in zwölf Bytes passt';
      await store.append('types', {
        timestampUs: Float64Array.of(1, 2, 3),
        columns: [
          { name: 'b', type: 'BOOLEAN', values: [true, false, null] },
          { name: 'i', type: 'BIGINT', values: [9_223_372_036_854_775_807n, -5, null] },
          { name: 's', type: 'VARCHAR', values: ['é', long, null] },
          { name: 'd', type: 'DOUBLE', values: Float64Array.of(0.1, Number.POSITIVE_INFINITY, -0) },
        ],
      });
      const { rows } = await store.query('SELECT b, i, s, d FROM types', NO_LIMITS);
      expect(rows).toEqual([
        [true, 9_223_372_036_854_775_807n, 'é', 0.1],
        [false, -5, long, null],
        [profile.hasBooleanNulls ? null : false, null, null, -0],
      ]);
    });

    it('adds new columns, widens BIGINT to DOUBLE, and refuses other changes of type with the table as it was', async () => {
      const one = (column: ColumnBatch['columns'][number], ts: number) =>
        store.append('grows', { timestampUs: Float64Array.of(ts), columns: [column] });
      await one({ name: 'n', type: 'BIGINT', values: [7] }, 1);
      await one({ name: 'N', type: 'DOUBLE', values: Float64Array.of(7.5) }, 2);
      await one({ name: 'text', type: 'VARCHAR', values: ['x'] }, 3);
      expect(await codeOf(one({ name: 'text', type: 'DOUBLE', values: Float64Array.of(1) }, 4))).toBe(
        'column_type_mismatch',
      );
      expect((await store.find('grows'))?.columns).toEqual([
        { name: 'timestamp', type: 'TIMESTAMP' },
        { name: 'n', type: 'DOUBLE' },
        { name: 'text', type: 'VARCHAR' },
      ]);
      const { rows } = await store.query('SELECT * FROM grows ORDER BY timestamp', NO_LIMITS);
      expect(rows).toEqual([
        [1, 7, null],
        [2, 7.5, null],
        [3, null, 'x'],
      ]);
    });

    it('refuses times that are not whole microseconds', async () => {
      for (const ts of [Number.NaN, -1, 0.5, 2 ** 60])
        expect(await codeOf(store.append('bad_times', doubles([ts], { v: [1] })))).toBe('timestamp_invalid');
      expect(await store.find('bad_times')).toBeUndefined();
    });

    it('lists by a literal, case-sensitive prefix, sorted by name', async () => {
      for (const table of ['btc_1m', 'btcX', 'btc_1d']) await store.append(table, doubles([1], { v: [1] }));
      expect((await store.list('btc_')).map((measurement) => measurement.name)).toEqual(['btc_1d', 'btc_1m']);
      expect(await store.list('BTC_')).toEqual([]);
    });

    it('finds names ignoring case and keeps the case of the first write', async () => {
      await store.append('Mixed.Case-1', doubles([1], { v: [1] }));
      await store.append('mixed.case-1', doubles([2], { v: [2] }));
      expect(await store.find('MIXED.CASE-1')).toMatchObject({ name: 'Mixed.Case-1', rowCount: 2 });
    });

    it('reads doubles in time order whatever the order of the writes, within bounds, NaN where nothing is', async () => {
      await store.append('doubles', doubles([30, 40], { a: [3, 4], b: [30, Number.NaN] }));
      await store.append('doubles', {
        timestampUs: Float64Array.of(10, 20),
        columns: [
          { name: 'a', type: 'DOUBLE', values: Float64Array.of(1, 2) },
          { name: 'count', type: 'BIGINT', values: [5, null] },
          { name: 'note', type: 'VARCHAR', values: ['x', 'y'] },
        ],
      });
      const all = await store.readDoubles('doubles');
      expect(all.rows).toBe(4);
      expect([...all.timestampUs]).toEqual([10, 20, 30, 40]);
      expect(Object.keys(all.columns)).toEqual(['a', 'b', 'count']);
      expect([...all.columns['a']!]).toEqual([1, 2, 3, 4]);
      expect([...all.columns['b']!]).toEqual([Number.NaN, Number.NaN, 30, Number.NaN]);
      expect([...all.columns['count']!]).toEqual([5, Number.NaN, Number.NaN, Number.NaN]);
      const some = await store.readDoubles('doubles', { columns: ['a'], firstTsUs: 20, lastTsUs: 30 });
      expect([...some.columns['a']!]).toEqual([2, 3]);
      expect(await codeOf(store.readDoubles('doubles', { columns: ['note'] }))).toBe('column_type_mismatch');
      expect(await codeOf(store.readDoubles('doubles', { columns: ['nope'] }))).toBe('column_missing');
      expect(await codeOf(store.readDoubles('no_such'))).toBe('measurement_missing');
    });

    it('reads slices of rows both ways', async () => {
      const rows = 5000;
      await store.append(
        'slices',
        doubles(
          Array.from({ length: rows }, (_, i) => i),
          { v: Array.from({ length: rows }, (_, i) => i / 2) },
        ),
      );
      const read = async (limit: number | undefined, offset: number, descending: boolean) => {
        const got: unknown[] = [];
        const options = { offset, descending, ...(limit === undefined ? {} : { limit }) };
        for await (const part of store.readRows('slices', options)) got.push(...part.rows);
        return got;
      };
      expect(await read(2, 4999, false)).toEqual([[4999, 2499.5]]);
      expect(await read(2, 0, true)).toEqual([
        [4999, 2499.5],
        [4998, 2499],
      ]);
      expect(await read(undefined, 0, false)).toHaveLength(rows);
    });

    it('drops a measurement', async () => {
      await store.append('gone', doubles([1], { v: [1] }));
      await store.drop('gone');
      expect(await store.find('gone')).toBeUndefined();
      expect(await codeOf(store.drop('gone'))).toBe('measurement_missing');
      await store.append('gone', doubles([2], { other: [1] }));
      expect(await store.find('gone')).toMatchObject({ rowCount: 1, firstTsUs: 2 });
    });

    it('takes many writers and readers at once', async () => {
      const writes = Array.from({ length: 20 }, (_, i) => store.append(`crowd_${i % 3}`, doubles([i], { v: [i] })));
      const reads = Array.from({ length: 20 }, () => store.query('SELECT count(*) FROM bars', NO_LIMITS));
      await Promise.all([...writes, ...reads]);
      const counts = (await store.list('crowd_')).map((measurement) => measurement.rowCount);
      expect(counts).toEqual([7, 7, 6]);
    });

    it('has everything again after it was closed and opened', async () => {
      const before = await store.list();
      await store.close();
      store = await open(dir);
      expect(await store.list()).toEqual(before);
    });
  });
}
