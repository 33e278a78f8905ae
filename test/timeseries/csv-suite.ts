/** CSV in and out of a measurement store (stage1.md 1.2, 6.5, 6.7), told by whole files: one suite over each backend. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppError } from '#base/errors.js';
import type { Cell, CsvImport, CsvImportReport, Hear, MeasurementStore } from '#data/timeseries/port.js';
import { BACKEND_PROFILES } from '#data/timeseries/profiles.js';
import { type Backend, codeOf } from './port-suite.js';

export function csvSuite({ name, open }: Backend): void {
  describe(`CSV in and out of the ${name} store`, () => {
    const dir = mkdtempSync(join(tmpdir(), 'almanac-csv-'));
    let store: MeasurementStore;
    const profile = BACKEND_PROFILES[name];
    let files = 0;

    beforeAll(async () => {
      store = await open(dir);
    });
    afterAll(async () => {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    });

    const load = (
      measurement: string,
      text: string | Uint8Array,
      options: Partial<CsvImport> = {},
      hear: Hear = {},
    ): Promise<CsvImportReport> => {
      const path = join(dir, `${files++}.csv`);
      writeFileSync(path, text);
      return store.importCsv({ measurement, path, onError: 'abort', delimiter: ',', ...options }, hear);
    };
    const rows = async (sql: string): Promise<readonly (readonly Cell[])[]> =>
      (await store.query(sql, { rowsMax: 100_000, timeoutMs: 30_000 })).rows;
    const csvOf = async (sql: string): Promise<string> => {
      const parts: Buffer[] = [];
      for await (const part of await store.exportCsv(sql)) parts.push(part as Buffer);
      return Buffer.concat(parts).toString();
    };

    it('imports a file and says what it did', async () => {
      const report = await load('plain', 'timestamp_unix,value1,value2\n1762732800,1,2.5\n1762732860,3,4\n');
      expect(report).toEqual({
        written: true,
        measurement: 'plain',
        rowsTotal: 2,
        rowsImported: 2,
        rowsInserted: 2,
        rowsUpdated: 0,
        rowsRejected: 0,
        duplicatesInFile: 0,
        timestampUnit: 's',
        columns: ['timestamp', 'value1', 'value2'],
        warnings: [],
        errors: [],
        dedup: true,
      });
      expect(await rows('SELECT * FROM plain')).toEqual([
        [1_762_732_800_000_000, 1, 2.5],
        [1_762_732_860_000_000, 3, 4],
      ]);
      expect((await store.find('plain'))?.columns.map(({ type }) => type)).toEqual(['TIMESTAMP', 'BIGINT', 'DOUBLE']);
    });

    it('reads quotes, doubled quotes, line breaks in quotes, CRLF, a BOM, blank lines and a last line without an end', async () => {
      const text = '\ufeff\r\n"timestamp_unix","no""te",n\r\n1,"a ""b"", c\r\nd","7"\r\n\r\n2,plain,8\r\n\n3,"",9';
      await load('quotes', text);
      expect(await rows('SELECT * FROM quotes')).toEqual([
        [1_000_000, 'a "b", c\r\nd', 7],
        [2_000_000, 'plain', 8],
        [3_000_000, null, 9],
      ]);
    });

    it('counts rows of reports by the lines of the file', async () => {
      const text = 'timestamp_unix,s,v\n1,"two\nlines",1\n\n2,x\n3,y,1\n-4,z,1\n5,"a"b,1\n6,z,1\n';
      const report = await load('lines', text);
      expect(report).toMatchObject({ written: false, rowsTotal: 6, rowsImported: 0, rowsInserted: 0, rowsRejected: 3 });
      expect(report.errors).toEqual([
        { row: 5, column: null, message: 'expected 3 cells, found 2', value: null },
        { row: 7, column: 'timestamp_unix', message: 'the time is negative', value: '-4' },
        { row: 8, column: null, message: 'there is text after a closing quote', value: null },
      ]);
      expect(await store.find('lines')).toBeUndefined();
    });

    it('with skip writes the good rows and names the others', async () => {
      const report = await load('skips', 'timestamp_unix,v\n1,1\n,2\nabc,3\n1700000000000,4\n5,5\n', {
        onError: 'skip',
      });
      expect(report).toMatchObject({ written: true, rowsTotal: 5, rowsImported: 2, rowsInserted: 2, rowsRejected: 3 });
      expect(report.errors.map(({ row, message }) => [row, message])).toEqual([
        [3, 'the time is missing'],
        [4, 'not a time'],
        [5, 'the time is in another unit than the rest of the file (s)'],
      ]);
      expect(await rows('SELECT v FROM skips ORDER BY v')).toEqual([[1], [5]]);
    });

    it('with skip and no good row writes nothing', async () => {
      const report = await load('no_good', 'timestamp_unix,v\nx,1\n', { onError: 'skip' });
      expect(report).toMatchObject({ written: false, rowsTotal: 1, rowsRejected: 1 });
      expect(await store.find('no_good')).toBeUndefined();
    });

    it('keeps the first hundred faults and counts them all', async () => {
      const report = await load('many_faults', `timestamp_unix,v\n${'x,1\n'.repeat(250)}`);
      expect(report.errors).toHaveLength(100);
      expect(report.rowsRejected).toBe(250);
    });

    it('types each column over the whole file', async () => {
      const header = 'timestamp_unix,int,num,nan,bool,mixed,text,none,big\n';
      const lines =
        '1,1,1,1,true,true,1,,9223372036854775807\n2,-2,2.5,NaN,FALSE,1,x,,9223372036854775808\n3,,,-inf,,,,,\n';
      await load('typed', header + lines);
      expect((await store.find('typed'))?.columns.slice(1)).toEqual([
        { name: 'int', type: 'BIGINT' },
        { name: 'num', type: 'DOUBLE' },
        { name: 'nan', type: 'DOUBLE' },
        { name: 'bool', type: 'BOOLEAN' },
        { name: 'mixed', type: 'VARCHAR' },
        { name: 'text', type: 'VARCHAR' },
        { name: 'none', type: 'DOUBLE' },
        { name: 'big', type: 'DOUBLE' },
      ]);
      expect(await rows('SELECT "int", num, "nan", bool, mixed, "text", "none" FROM typed')).toEqual([
        [1, 1, 1, true, 'true', '1', null],
        [-2, 2.5, null, false, '1', 'x', null],
        [null, null, null, profile.hasBooleanNulls ? null : false, null, null, null],
      ]);
    });

    it('reads milliseconds, microseconds, nanoseconds and ISO, and a unit it is given', async () => {
      const us = async (text: string, options: Partial<CsvImport> = {}) => {
        const report = await load(`units_${files}`, `timestamp,v\n${text},1\n`, options);
        return [report.timestampUnit, (await store.find(report.measurement))?.firstTsUs];
      };
      expect(await us('1762732800123')).toEqual(['ms', 1_762_732_800_123_000]);
      expect(await us('1762732800123456')).toEqual(['us', 1_762_732_800_123_456]);
      expect(await us('1762732800123456789')).toEqual(['ns', 1_762_732_800_123_456]);
      expect(await us('2025-11-10T00:00:00Z')).toEqual(['us', 1_762_732_800_000_000]);
      expect(await us('86400000', { timestampUnit: 'ms' })).toEqual(['ms', 86_400_000_000]);
      expect(await us('2025-11-10', { timestampUnit: 's' })).toEqual(['s', 1_762_732_800_000_000]);
    });

    it('takes timestamp_unix where both times stand, and says so; cleans names and says so', async () => {
      const report = await load('both_times', 'timestamp,timestamp_unix, close (usd) ,a.b\n5,1,2,3\n');
      expect(report.columns).toEqual(['timestamp', 'close _usd_', 'a_b']);
      expect(report.warnings).toEqual([
        "Column 'close (usd)' is stored as 'close _usd_'",
        "Column 'a.b' is stored as 'a_b'",
        "Column 'timestamp' is ignored: 'timestamp_unix' is the time of this file",
      ]);
      expect(await rows('SELECT * FROM both_times')).toEqual([[1_000_000, 2, 3]]);
    });

    it('refuses headers before anything is kept', async () => {
      const check = (text: string): AppError | undefined => {
        try {
          store.checkCsv(Buffer.from(text), ',');
          return undefined;
        } catch (error) {
          return error as AppError;
        }
      };
      expect(check('timestamp_unix,v\n1,2\n')).toBeUndefined();
      expect(check('time,v\n1,2\n')).toMatchObject({
        code: 'csv_column_missing',
        message: 'CSV missing required column: timestamp_unix',
        detail: { missing_fields: ['timestamp_unix'] },
      });
      expect(check('timestamp,a,A\n1,2,3\n')).toMatchObject({
        code: 'csv_header_invalid',
        detail: { columns: ['a', 'A'] },
      });
      expect(check('timestamp,a.b,a_b\n1,2,3\n')).toMatchObject({ detail: { columns: ['a.b', 'a_b'] } });
      expect(check('timestamp,,b\n1,2,3\n')).toMatchObject({ detail: { columns: ['column 2'] } });
      expect(check(`timestamp,${'x'.repeat(128)}\n1,2\n`)).toMatchObject({ code: 'csv_header_invalid' });
      expect(check('timestamp_unix,v\n\r\n\n')).toMatchObject({ code: 'csv_empty', message: 'CSV has no data rows' });
      expect(check('')).toMatchObject({ code: 'csv_empty' });
      expect(await codeOf(load('headless', 'timestamp_unix,v\n\n'))).toBe('csv_empty');
    });

    it('reads semicolons and tabs as delimiters', async () => {
      await load('semicolons', 'timestamp_unix;v;s\n1;1.5;a,b\n', { delimiter: ';' });
      await load('tabs', 'timestamp_unix\tv\ts\n1\t2\tc d\n', { delimiter: '\t' });
      expect(await rows('SELECT v, s FROM semicolons UNION ALL SELECT v, s FROM tabs')).toEqual([
        [1.5, 'a,b'],
        [2, 'c d'],
      ]);
    });

    it('lets the last row of equal key win, inside the file and against the table, in any order', async () => {
      await load('upserted', 'timestamp_unix,symbol,v\n3,a,1\n1,a,2\n3,a,3\n3,b,4\n');
      const report = await load('upserted', 'timestamp_unix,symbol,v\n2,a,5\n3,a,6\n1,a,7\n1,a,8\n');
      expect(report).toMatchObject({
        rowsTotal: 4,
        rowsImported: 4,
        rowsInserted: 1,
        rowsUpdated: 2,
        duplicatesInFile: 1,
      });
      expect(await rows('SELECT timestamp, symbol, v FROM upserted ORDER BY timestamp, symbol')).toEqual([
        [1_000_000, 'a', 8],
        [2_000_000, 'a', 5],
        [3_000_000, 'a', 6],
        [3_000_000, 'b', 4],
      ]);
      expect(await load('upserted', 'timestamp_unix,symbol,v\n2,a,5\n3,a,6\n1,a,7\n1,a,8\n')).toMatchObject({
        rowsInserted: 0,
        rowsUpdated: 3,
      });
    });

    it('remembers the keys it was given, for later files too', async () => {
      await load('keyed', 'timestamp_unix,desk,v\n1,x,1\n1,y,2\n', { dedupKeys: ['desk'] });
      expect(await load('keyed', 'timestamp_unix,desk,v\n1,y,3\n1,z,4\n')).toMatchObject({
        rowsInserted: 1,
        rowsUpdated: 1,
      });
      expect(await codeOf(load('keyed', 'timestamp_unix,desk,v\n1,y,3\n', { dedupKeys: ['no_such'] }))).toBe(
        'column_missing',
      );
    });

    it.runIf(profile.widensIntegers)(
      'adds columns, widens integers, keeps integers in doubles, and rejects what does not fit the table',
      async () => {
        await load('fits', 'timestamp_unix,i,d,t,b\n1,1,1.5,text,true\n');
        await load('fits', 'timestamp_unix,i,d,t,b,new\n2,2.5,7,8,,9\n');
        expect((await store.find('fits'))?.columns.map(({ type }) => type)).toEqual([
          'TIMESTAMP',
          'DOUBLE',
          'DOUBLE',
          'VARCHAR',
          'BOOLEAN',
          'BIGINT',
        ]);
        const report = await load(
          'fits',
          'timestamp_unix,d,b,i\n3,abc,true,1\n4,1,2,3\n5,1,true,true\n6,1e999,true,1\n',
        );
        expect(report.written).toBe(false);
        expect(report.errors).toEqual([
          { row: 2, column: 'd', message: 'not a number', value: 'abc' },
          { row: 3, column: 'b', message: 'not true or false', value: '2' },
          { row: 4, column: 'i', message: 'not a number', value: 'true' },
          { row: 5, column: 'd', message: 'not a number', value: '1e999' },
        ]);
        expect(await rows('SELECT i, d, t, b, "new" FROM fits ORDER BY timestamp')).toEqual([
          [1, 1.5, 'text', true, null],
          [2.5, 7, '8', profile.hasBooleanNulls ? null : false, 9],
        ]);
      },
    );

    it('rejects rows that are no UTF-8 or hold a NUL, and lines beyond all measure, and reads on behind them', async () => {
      const huge = Buffer.alloc(9 << 20, 'x');
      const text = Buffer.concat([
        Buffer.from('timestamp_unix,s\n1,a\n2,'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('\n3,a\0b\n4,'),
        huge,
        Buffer.from('\n5,é\n'),
      ]);
      const report = await load('strange', text, { onError: 'skip' });
      expect(report).toMatchObject({ rowsTotal: 5, rowsImported: 2, rowsRejected: 3 });
      expect(report.errors.map(({ row }) => row)).toEqual([3, 4, 5]);
      expect(await rows('SELECT s FROM strange ORDER BY timestamp')).toEqual([['a'], ['é']]);
    });

    it('reports a quote that is never closed', async () => {
      const report = await load('open_quote', 'timestamp_unix,s\n1,a\n2,"b\n3,c\n');
      expect(report.errors).toEqual([
        { row: 3, column: null, message: 'a quote is opened and never closed', value: null },
      ]);
    });

    it('tells progress by rows, growing, up to the total', async () => {
      const told: [number, number][] = [];
      const text = `timestamp_unix,v\n${Array.from({ length: 150_000 }, (_, i) => `${i},${i}\n`).join('')}`;
      await load('progress', text, {}, { onProgress: (done, total) => told.push([done, total]) });
      expect(told[0]).toEqual([0, 150_000]);
      expect(told.at(-1)).toEqual([150_000, 150_000]);
      expect(told.map(([done]) => done)).toEqual([...told.map(([done]) => done)].sort((a, b) => a - b));
      expect(told.length).toBeGreaterThan(3);
    });

    it.runIf(profile.importIsAtomic)('a cancel between blocks leaves the table as it was', async () => {
      await load('cancelled', 'timestamp_unix,v\n1,1\n');
      const leaving = new AbortController();
      const text = `timestamp_unix,v\n${Array.from({ length: 200_000 }, (_, i) => `${i},${i}\n`).join('')}`;
      const hear: Hear = { signal: leaving.signal, onProgress: (done) => done > 0 && leaving.abort() };
      expect(await codeOf(load('cancelled', text, {}, hear))).toBe('cancelled');
      expect(await store.find('cancelled')).toMatchObject({ rowCount: 1 });
      expect(await rows('SELECT count(*) FROM cancelled')).toEqual([[1]]);
    });

    it.skipIf(profile.importIsAtomic)(
      'after a cancel the same file brings what is missing, and nothing twice',
      async () => {
        const leaving = new AbortController();
        const text = `timestamp_unix,v\n${Array.from({ length: 200_000 }, (_, i) => `${i},${i}\n`).join('')}`;
        const hear: Hear = { signal: leaving.signal, onProgress: (done) => done > 0 && leaving.abort() };
        expect(await codeOf(load('cancelled', text, {}, hear))).toBe('cancelled');
        const some = (await store.find('cancelled'))!.rowCount;
        expect(some).toBeLessThan(200_000);
        expect(await load('cancelled', text)).toMatchObject({ rowsInserted: 200_000 - some, rowsUpdated: some });
        expect(await rows('SELECT count(*) AS n FROM cancelled')).toEqual([[200_000]]);
      },
    );

    it('gives back by export what was imported, whatever is in it', async () => {
      const text = fc.string({
        unit: fc.constantFrom('a', ',', '"', '\n', '\r', 'é', ' ', ';', '0', '='),
        maxLength: 20,
      });
      const row = fc.record({
        v: fc.double({ noNaN: true, noDefaultInfinity: true }),
        s: text.map((s) => `_${s}`),
        b: fc.boolean(),
      });
      const quote = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
      await fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 50 }), async (given) => {
          const body = given.map(
            ({ v, s, b }, i) => `${(i + 1) * 1_000_000},${Object.is(v, -0) ? '-0' : v},${quote(s)},${b}\n`,
          );
          const name = `round_${files}`;
          // A number in every file, so that whole numbers do not make it a column of integers.
          const csv = `timestamp,v,s,b\n0,0.5,_,true\n${body.join('')}`;
          await load(name, csv, { timestampUnit: 'us' });
          expect(await csvOf(`SELECT * FROM ${name} ORDER BY timestamp`)).toBe(csv);
          await store.drop(name);
        }),
        { numRuns: 25, seed: 20_261_120 },
      );
    });

    it('exports many rows in order, with headers made unique', async () => {
      const lines = (await csvOf('SELECT v, v, timestamp FROM progress ORDER BY v')).split('\n');
      expect(lines.slice(0, 3)).toEqual([`v,v${profile.secondNameSuffix},timestamp`, '0,0,0', '1,1,1000000']);
      expect(lines.length).toBe(150_002);
      expect(lines.at(-2)).toBe('149999,149999,149999000000');
      expect(await csvOf('SELECT * FROM progress WHERE v < 0')).toBe('timestamp,v\n');
    });

    it('exports nested values as JSON', async () => {
      const sql = {
        duckdb: "SELECT [1, 2] AS l, {'k': 9007199254740993} AS s, NULL AS n, 1.50::DECIMAL(5, 2) AS d",
        questdb: 'SELECT ARRAY[1.0, 2.0] AS l, ARRAY[[9007199254740993.0]] AS s, NULL AS n, 1.50 AS d',
      };
      expect(await csvOf(sql[profile.sql])).toBe(
        {
          duckdb: 'l,s,n,d\n"[1,2]","{""k"":9007199254740993}",,1.5\n',
          questdb: 'l,s,n,d\n"[1,2]",[[9007199254740992]],,1.5\n',
        }[profile.sql],
      );
    });

    it('tells faults of an export before the first byte', async () => {
      expect(await codeOf(store.exportCsv('SELECT * FROM nowhere'))).toBe('sql_invalid');
      expect(await codeOf(store.exportCsv('DROP TABLE plain'))).toBe('sql_not_read_only');
    });

    it('ends an export whose reader has gone', async () => {
      const stream = await store.exportCsv('SELECT a.v, b.v FROM progress a, progress b');
      await new Promise((resolve) => stream.once('data', resolve));
      const closed = new Promise((resolve) => stream.once('close', resolve));
      stream.destroy();
      await closed;
      expect(await rows('SELECT count(*) FROM plain')).toEqual([[2]]);
    });

    it('imports into one measurement from many sides at once, one after the other', async () => {
      const texts = Array.from({ length: 6 }, (_, k) => `timestamp_unix,v\n1,${k}\n${k + 2},${k}\n`);
      const reports = await Promise.all(texts.map((text) => load('crowded', text)));
      expect(reports.reduce((sum, { rowsInserted }) => sum + rowsInserted, 0)).toBe(7);
      expect(await store.find('crowded')).toMatchObject({ rowCount: 7 });
    });
  });
}
