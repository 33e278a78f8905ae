/** The QuestDB store keeps the port's rules on a real server, and says what is wrong with one that will not do. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvWorkersOn } from '#compute/csv-workers.js';
import { openCompute } from '#compute/pool.js';
import type { ColumnBatch, MeasurementStore } from '#data/timeseries/port.js';
import { openQuestdbStore } from '#data/timeseries/questdb/store.js';
import { findQuestdb, type RunningQuestdb, startQuestdb } from '../../scripts/questdb.js';
import { csvSuite } from './csv-suite.js';
import { type Backend, codeOf, portSuite } from './port-suite.js';

const found = await findQuestdb();
if ('reason' in found) console.warn(`The QuestDB suite is skipped: ${found.reason}.`);

const clock = { nowMs: () => performance.now() };
const NO_LIMITS = { rowsMax: 100_000, timeoutMs: 30_000 };
const open = (url: string, more: { ilpUrl?: string; timeoutMs?: number } = {}) =>
  openQuestdbStore({ url, ilpUrl: null, timeoutMs: 10_000, clock, ...more });
const one = (ts: number, v: number): ColumnBatch => ({
  timestampUs: Float64Array.of(ts),
  columns: [{ name: 'v', type: 'DOUBLE', values: Float64Array.of(v) }],
});

describe.skipIf('reason' in found)('on a real QuestDB', () => {
  const compute = openCompute({ workers: 2 });
  let server: RunningQuestdb;

  beforeAll(async () => {
    server = await startQuestdb('jar' in found ? found.jar : '', { isBrief: true, user: 'al', password: 'p@ss:w/rd' });
  });
  afterAll(async () => {
    await compute.close();
    await server.stop();
  });

  const questdb: Backend = {
    name: 'questdb',
    open: () =>
      openQuestdbStore({ url: server.url, ilpUrl: null, timeoutMs: 10_000, clock, csv: csvWorkersOn(compute) }),
  };

  portSuite(questdb);
  csvSuite(questdb);

  describe('beside what both stores do', () => {
    const dir = mkdtempSync(join(tmpdir(), 'almanac-questdb-csv-'));
    let store: MeasurementStore;
    beforeAll(async () => {
      store = await open(server.url);
    });
    afterAll(async () => {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    });

    /** As somebody else would, past our store. */
    const foreign = async (sql: string): Promise<void> => {
      const { username, password, origin } = new URL(server.url);
      const login = Buffer.from(`${username}:${decodeURIComponent(password)}`).toString('base64');
      const answer = await fetch(`${origin}/exec?query=${encodeURIComponent(sql)}`, {
        headers: { authorization: `Basic ${login}` },
      });
      expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
    };
    const rows = async (sql: string) => (await store.query(sql, NO_LIMITS)).rows;
    const file = (text: string) => {
      const path = join(dir, 'one.csv');
      writeFileSync(path, text);
      return path;
    };

    it('adds to tables that others made, whatever their types and the name of their time, and says that nothing is replaced', async () => {
      await foreign(
        'CREATE TABLE theirs (s SYMBOL, ts TIMESTAMP, n INT, x FLOAT, d DATE) TIMESTAMP(ts) PARTITION BY DAY WAL',
      );
      const { columns, dedupKeys } = (await store.find('theirs'))!;
      expect([columns.map(({ name, type }) => `${name} ${type}`), dedupKeys]).toEqual([
        ['ts TIMESTAMP', 's VARCHAR', 'n BIGINT', 'x DOUBLE', 'd BIGINT'],
        [],
      ]);
      const path = file('timestamp_unix,s,n,x\n5,a,1,0.5\n5,a,2,0.25\n');
      const load = () => store.importCsv({ measurement: 'theirs', path, onError: 'abort', delimiter: ',' });
      expect(await load()).toMatchObject({ rowsInserted: 2, rowsUpdated: 0, duplicatesInFile: 0, dedup: false });
      expect(await load()).toMatchObject({ rowsInserted: 2, dedup: false });
      expect(await store.find('theirs')).toMatchObject({ rowCount: 4, firstTsUs: 5_000_000, lastTsUs: 5_000_000 });
      expect((await store.readDoubles('theirs', { columns: ['n'] })).columns['n']).toHaveLength(4);
      expect(
        await codeOf(
          store.append('theirs', {
            timestampUs: Float64Array.of(1),
            columns: [{ name: 'n', type: 'DOUBLE', values: Float64Array.of(0.5) }],
          }),
        ),
      ).toBe('column_type_mismatch');
    });

    it('puts back what a process left over that died while it replaced a range, and writes nothing old over what is newer', async () => {
      for (const ts of [1, 2, 3]) await store.append('cut_short', one(ts, ts));
      const copy = `_almanac_keep_${createHash('sha256').update('cut_short').digest('hex').slice(0, 16)}`;
      await foreign(
        `CREATE TABLE "${copy}" AS (SELECT "timestamp", v * 10 AS v FROM cut_short) TIMESTAMP("timestamp") PARTITION BY MONTH BYPASS WAL`,
      );
      await foreign("ALTER TABLE cut_short DROP PARTITION LIST '1970-01'");
      await store.append('cut_short', one(2, 7));
      await store.append('cut_short', one(4, 4), { replaces: { firstTsUs: 3, lastTsUs: 4 } });
      expect(await rows('SELECT * FROM cut_short')).toEqual([
        [1, 10],
        [2, 7],
        [4, 4],
      ]);
      expect((await store.list('_almanac')).map(({ name }) => name)).toEqual([]);
    });

    it('refuses to take rows away from tables that it cannot make again, and leaves them as they are', async () => {
      await foreign('CREATE TABLE undeduped (ts TIMESTAMP, v DOUBLE) TIMESTAMP(ts) PARTITION BY DAY WAL');
      for (const ts of [1, 2]) await store.append('undeduped', one(ts, ts));
      const replaces = { firstTsUs: 1, lastTsUs: 2 };
      expect(await codeOf(store.append('undeduped', one(2, 2), { replaces }))).toBe('rows_not_replaceable');
      expect(await store.find('undeduped')).toMatchObject({ rowCount: 2 });
    });

    it('does not list what is no measurement: tables without a time, and names that are reserved', async () => {
      await foreign('CREATE TABLE no_time (a INT)');
      await foreign('CREATE TABLE _hidden (ts TIMESTAMP) TIMESTAMP(ts) PARTITION BY DAY WAL');
      expect((await store.list()).map(({ name }) => name).filter((name) => /no_time|hidden/.test(name))).toEqual([]);
    });

    it('sees what others write, at once', async () => {
      await store.append('shared', one(1, 1));
      await foreign('INSERT INTO shared ("timestamp", v) VALUES (cast(2L as timestamp), 2)');
      await foreign("SELECT wait_wal_table('shared')");
      expect(await store.find('shared')).toMatchObject({ rowCount: 2, lastTsUs: 2 });
      await foreign('DROP TABLE shared');
      expect(await store.find('shared')).toBeUndefined();
      expect(await store.append('shared', one(3, 3))).toMatchObject({ rowsInserted: 1 });
      expect(await rows('SELECT * FROM shared')).toEqual([[3, 3]]);
    });

    it('makes and widens one table from two processes at once', async () => {
      const other = await open(server.url);
      const write = (to: MeasurementStore, ts: number, names: readonly string[]) =>
        to.append('both', {
          timestampUs: Float64Array.of(ts),
          columns: names.map((name) => ({ name, type: 'DOUBLE', values: Float64Array.of(ts) })),
        });
      await Promise.all([write(store, 1, ['a', 'b']), write(other, 2, ['b', 'c']), write(store, 3, ['d'])]);
      expect(await rows('SELECT a, b, c, d FROM both ORDER BY timestamp')).toEqual([
        [1, 1, null, null],
        [null, 2, 2, null],
        [null, null, null, 3],
      ]);
      await other.close();
    });

    it('stores rows of nothing but nulls', async () => {
      const batch: ColumnBatch = {
        timestampUs: Float64Array.of(1, 2),
        columns: [{ name: 's', type: 'VARCHAR', values: [null, 'x'] }],
      };
      expect(await store.append('empties', batch)).toMatchObject({ rowsInserted: 2 });
      expect(await rows('SELECT * FROM empties')).toEqual([
        [1, null],
        [2, 'x'],
      ]);
      expect(await store.append('bare', { timestampUs: Float64Array.of(7), columns: [] })).toMatchObject({
        rowsInserted: 1,
      });
      expect(await rows('SELECT * FROM bare')).toEqual([[7]]);
    });

    it('writes by TCP when it is told to, and waits until the rows are there', async () => {
      // QuestDB asks those who come by TCP for a key of their own when it has one configured; this server has none.
      const tcp = await open(server.url, { ilpUrl: server.ilpUrl });
      const text = `timestamp_unix,v\n${Array.from({ length: 100_000 }, (_, i) => `${i},${i / 8}\n`).join('')}`;
      const request = { measurement: 'by_tcp', path: file(text), onError: 'abort', delimiter: ',' } as const;
      expect(await tcp.importCsv(request)).toMatchObject({ rowsInserted: 100_000, rowsUpdated: 0 });
      expect(await tcp.importCsv(request)).toMatchObject({ rowsInserted: 0, rowsUpdated: 100_000 });
      expect(await rows('SELECT count() AS n, max(v) AS v FROM by_tcp')).toEqual([[100_000, 99_999 / 8]]);
      await tcp.close();
      const nowhere = await open(server.url, { ilpUrl: 'tcp://127.0.0.1:1' });
      expect(await codeOf(nowhere.append('by_tcp', one(1, 1)))).toBe('questdb_unavailable');
      await nowhere.close();
    });

    it('ends a query in time, and at the server too', async () => {
      const endless = 'SELECT count() AS n FROM long_sequence(1000000000000) WHERE rnd_int() > 5';
      expect(await codeOf(store.query(endless, { rowsMax: 1, timeoutMs: 300 }))).toBe('query_timed_out');
      const leaving = new AbortController();
      setTimeout(() => leaving.abort(), 200);
      expect(await codeOf(store.query(endless, { ...NO_LIMITS, signal: leaving.signal }))).toBe('cancelled');
      for (let looks = 0; ; looks++) {
        const [[running] = []] = await rows(
          "SELECT count() AS n FROM query_activity() WHERE query LIKE '%1000000000000%' AND query NOT LIKE '%activity%'",
        );
        if (running === 0) break;
        expect(looks).toBeLessThan(100);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });

    it('tells the place of a fault in the statement as it was sent', async () => {
      const fault = (sql: string) => store.query(sql, NO_LIMITS).catch((error) => error.detail.position);
      expect(await fault('SELECT nope FROM bare')).toBe(7);
      expect(await fault('SELECT nope FROM bare LIMIT 1 OFFSET 2')).toBe(7);
      expect(await codeOf(store.query(`SELECT '${'x'.repeat(70_000)}'`, NO_LIMITS))).toBe('sql_invalid');
    });

    it('refuses another password, in words that help and without the password', async () => {
      const url = server.url.replace('w%2Frd', 'wrong');
      const error = await open(url).catch((cause: Error) => cause);
      expect(error).toMatchObject({
        code: 'questdb_unfit',
        message: expect.stringContaining('it refuses our user and password'),
      });
      expect(String(error)).not.toContain('wrong');
    });

    it('is unavailable while the server is away, and goes on when it is back; an import in the middle of that is completed', {
      timeout: 90_000,
    }, async () => {
      await store.append('steady', one(1, 1));
      await server.halt('SIGKILL');
      expect(await codeOf(store.query('SELECT 1', NO_LIMITS))).toBe('questdb_unavailable');
      expect(await codeOf(store.append('steady', one(2, 2)))).toBe('questdb_unavailable');
      // It opens all the same, and says so.
      const told: string[] = [];
      const late = await openQuestdbStore({
        url: server.url,
        ilpUrl: null,
        timeoutMs: 10_000,
        clock,
        onAway: ({ code }) => told.push(code),
      });
      expect(told).toEqual(['questdb_unavailable']);
      await server.resume();
      expect(await late.append('steady', one(2, 2))).toMatchObject({ rowsInserted: 1 });
      expect(await store.find('steady')).toMatchObject({ rowCount: 2 });

      const text = `timestamp_unix,v\n${Array.from({ length: 200_000 }, (_, i) => `${i},${i}\n`).join('')}`;
      const request = { measurement: 'interrupted', path: file(text), onError: 'abort', delimiter: ',' } as const;
      let isHalted = false;
      const restart = async () => {
        await server.halt('SIGKILL');
        await server.resume();
      };
      let restarting: Promise<void> | undefined;
      const report = await late
        .importCsv(request, {
          onProgress: (done) => {
            if (done === 0 || isHalted) return;
            isHalted = true;
            restarting = restart();
          },
        })
        .catch((error) => error);
      await restarting;
      // Its own retries bridge a quick restart; where they did not, it says how far it came, and the file can be sent again.
      if (report.code !== undefined) {
        expect(report).toMatchObject({ code: 'import_broken', detail: { rows_total: 200_000 } });
        await late.importCsv(request);
      } else
        expect(report.warnings).toEqual([
          expect.stringMatching(/^The connection to QuestDB broke and was tried again [123] time/),
        ]);
      expect(await late.query('SELECT count() AS n, max(v) AS v FROM interrupted', NO_LIMITS)).toMatchObject({
        rows: [[200_000, 199_999]],
      });
      await late.close();
    });
  });
});

describe('a server that will not do', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });
  const standIn = async (answer: (path: string) => [number, string]): Promise<string> => {
    const server = createServer((request, response) => {
      const [status, text] = answer(request.url ?? '');
      response.writeHead(status).end(text);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const refusal = (url: string) =>
    open(url).then(
      () => 'it opens',
      ({ code, message }) => `${code}: ${message}`,
    );

  it('is too old', async () => {
    const url = await standIn(() => [200, '{"config":{"release.type":"OSS","release.version":"8.3.1"}}']);
    expect(await refusal(url)).toMatch(
      /^questdb_unfit: .*version 8\.3\.1, and 9\.0 is the oldest.*bring that server up to date/,
    );
  });

  it('is no QuestDB at all', async () => {
    expect(await refusal(await standIn(() => [404, '<html>']))).toMatch(
      /^questdb_unfit: .*answers 404, as no QuestDB does/,
    );
    expect(await refusal(await standIn(() => [200, 'hello']))).toMatch(/^questdb_unfit: .*is not a QuestDB/);
  });

  it('is away: then the store opens, for a server that may come back', async () => {
    expect(await refusal('http://127.0.0.1:1')).toBe('it opens');
    expect(await refusal(await standIn(() => [502, 'bad gateway']))).toBe('it opens');
    const store = await open('http://127.0.0.1:1');
    await expect(store.list()).rejects.toMatchObject({
      code: 'questdb_unavailable',
      message: expect.stringMatching(/QuestDB at 127\.0\.0\.1:1 is not available: .*ECONNREFUSED.*correct QUESTDB_URL/),
    });
    await store.close();
  });

  it('gives no answer in time', async () => {
    const silent = createServer(() => {});
    servers.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const store = await open(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, { timeoutMs: 100 });
    await expect(store.list()).rejects.toMatchObject({ message: expect.stringContaining('no answer within 100 ms') });
    await store.close();
    silent.closeAllConnections();
  });
});
