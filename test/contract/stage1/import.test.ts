import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBarDataset, readBars, upsertBars } from '#services/research/bars.service.js';
import { sweepUploads } from '#services/research/import.service.js';
import { openStage1House, type Stage1House } from './stage1-house.js';

let house: Stage1House;
beforeAll(async () => {
  house = await openStage1House();
});

const CSV = 'timestamp_unix,open,close,name\n1700000000,1,1.5,a\n1700000060,2,2.5,b\n';
const uploads = () => readdirSync(house.desk.uploadDir);
const rowsOf = async (name: string) =>
  (await house.post('/api/questdb/query', { sql: `SELECT * FROM "${name}"` })).json.dataset;

describe('imports as jobs', () => {
  it('answer at once, run, and tell what they did', async () => {
    const sent = await house.post('/api/questdb/import/async', {
      measurement: 'm_json',
      data: CSV,
      filename: '../../x.csv',
    });
    expect(sent.status).toBe(202);
    const { job_id } = sent.json;
    expect(sent.json).toEqual({
      job_id,
      status: 'PENDING',
      message: `Import job created. Poll /api/jobs/${job_id} for status.`,
      poll_url: `/api/jobs/${job_id}`,
    });
    const job = await house.jobEnd(job_id);
    expect(job).toMatchObject({
      job_id,
      job_type: 'questdb_import',
      status: 'COMPLETED',
      progress: 2,
      total: 2,
      error: null,
    });
    for (const at of ['created_at', 'updated_at', 'started_at', 'completed_at'])
      expect(job[at]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(JSON.parse(job.payload)).toMatchObject({
      measurement: 'm_json',
      file_path: `import_${job_id}.csv`,
      filename: '../../x.csv',
    });
    expect(JSON.parse(job.result)).toEqual({
      success: true,
      message: 'CSV imported successfully',
      measurement: 'm_json',
      rows_total: 2,
      rows_imported: 2,
      rows_inserted: 2,
      rows_updated: 0,
      rows_rejected: 0,
      duplicates_in_file: 0,
      timestamp_unit: 's',
      columns: expect.arrayContaining(['open', 'close', 'name']),
      warnings: [],
      errors: [],
      dedup: true,
    });
    expect(await rowsOf('m_json')).toEqual([
      [1_700_000_000_000_000, 1, 1.5, 'a'],
      [1_700_000_060_000_000, 2, 2.5, 'b'],
    ]);
    // The file goes after the job's last word, so a moment later than we hear it.
    await expect.poll(uploads, { timeout: 5000 }).not.toContain(`import_${job_id}.csv`);
    expect((await house.get(`/api/questdb/jobs/${job_id}`)).json).toEqual(job);
    const list = await house.get('/api/jobs?job_type=questdb_import&status=completed&limit=1');
    expect(list.json).toMatchObject({ count: 1, limit: 1, offset: 0 });
    expect(list.json.jobs[0].job_id).toBe(job_id);
  });

  it('take a file as text/csv and as a form', async () => {
    const raw = await house.post('/api/questdb/import/async?measurement=m_raw', CSV, { 'content-type': 'text/csv' });
    expect(raw.status).toBe(202);
    const form = [
      '--edge\r\ncontent-disposition: form-data; name="measurement"\r\n\r\nm_form\r\n',
      '--edge\r\ncontent-disposition: form-data; name="delimiter"\r\n\r\n;\r\n',
      '--edge\r\ncontent-disposition: form-data; name="file"; filename="../../etc/passwd"\r\ncontent-type: text/csv\r\n\r\n',
      `${CSV.replaceAll(',', ';')}\r\n--edge--\r\n`,
    ].join('');
    const sent = await house.post('/api/questdb/import/async', form, {
      'content-type': 'multipart/form-data; boundary=edge',
    });
    expect(sent.status).toBe(202);
    for (const { json } of [raw, sent]) expect((await house.jobEnd(json.job_id)).status).toBe('COMPLETED');
    expect(await rowsOf('m_raw')).toEqual(await rowsOf('m_form'));
    expect(await rowsOf('m_raw')).toHaveLength(2);
    await expect.poll(uploads, { timeout: 5000 }).toEqual([]);
  });

  it('fail with the rows named and the table as it was', async () => {
    await house.post('/api/questdb/import', { measurement: 'm_fail', data: CSV });
    const data = 'timestamp_unix,open,close,name\n1700000000,7,7,z\nsoon,1,1,z\n1700000060,1\n';
    const { json } = await house.post('/api/questdb/import/async', { measurement: 'm_fail', data });
    const job = await house.jobEnd(json.job_id);
    expect(job.status).toBe('FAILED');
    expect(job.error).toMatch(/^2 of 3 rows rejected; first: row 3, column timestamp_unix: /);
    const result = JSON.parse(job.result);
    expect(result).toMatchObject({ success: false, rows_total: 3, rows_rejected: 2, rows_imported: 0 });
    expect(result.errors.map((fault: { row: number }) => fault.row)).toEqual([3, 4]);
    expect([job.progress, job.total]).toEqual([3, 3]);
    expect(await rowsOf('m_fail')).toEqual(await rowsOf('m_json'));
    await expect.poll(uploads, { timeout: 5000 }).toEqual([]);
  });

  it('skip bad rows on request and say so', async () => {
    const data = 'timestamp_unix,v\n1700000000,1\nsoon,2\n';
    const { json } = await house.post('/api/questdb/import/async', { measurement: 'm_skip', data, on_error: 'skip' });
    const job = await house.jobEnd(json.job_id);
    expect([job.status, JSON.parse(job.result).rows_rejected]).toEqual(['COMPLETED', 1]);
    expect(await rowsOf('m_skip')).toEqual([[1_700_000_000_000_000, 1]]);
  });

  it('keep overlapping folds apart and merge equal keys', async () => {
    const data = 'timestamp_unix,fold_number,v\n1700000000,0,1\n1700000000,1,2\n1700000000,1,3\n';
    const { json } = await house.post('/api/questdb/import', { measurement: 'm_folds', data });
    expect(json).toMatchObject({ rows_total: 3, rows_imported: 3, rows_inserted: 2, duplicates_in_file: 1 });
    const again = await house.post('/api/questdb/import', { measurement: 'm_folds', data });
    expect(again.json).toMatchObject({ rows_inserted: 0, rows_updated: 2 });
    expect(await rowsOf('m_folds')).toHaveLength(2);
  });

  it.each<[string, object, string, object]>([
    ['no measurement', { data: CSV }, "Missing 'measurement' parameter", {}],
    ['no data', { measurement: 'x' }, "Missing 'data' parameter", {}],
    ['data that is no text', { measurement: 'x', data: 5 }, "Invalid 'data' parameter", {}],
    ['a bad name', { measurement: 'a b', data: CSV }, 'Invalid measurement name', {}],
    ['a reserved name', { measurement: '_x', data: CSV }, 'Invalid measurement name', {}],
    [
      'no time column',
      { measurement: 'x', data: 'a,b\n1,2' },
      'CSV missing required column: timestamp_unix',
      { missing_fields: ['timestamp_unix'] },
    ],
    ['no rows', { measurement: 'x', data: 'timestamp_unix,a\n' }, 'CSV has no data rows', {}],
    ['no rows and no line end', { measurement: 'x', data: 'timestamp_unix,a' }, 'CSV has no data rows', {}],
    ['an odd delimiter', { measurement: 'x', data: CSV, delimiter: '|' }, "Invalid 'delimiter' parameter", {}],
    ['an odd unit', { measurement: 'x', data: CSV, timestamp_unit: 'h' }, "Invalid 'timestamp_unit' parameter", {}],
    ['an odd rule', { measurement: 'x', data: CSV, on_error: 'ignore' }, "Invalid 'on_error' parameter", {}],
  ])('refuse %s before there is a job', async (_what, body, error, beside) => {
    const before = (await house.get('/api/jobs')).json.total;
    for (const path of ['/api/questdb/import/async', '/api/questdb/import']) {
      const answer = await house.post(path, body);
      expect([path, answer.status, answer.json.error]).toEqual([path, 400, error]);
      expect(answer.json).toMatchObject(beside);
    }
    expect((await house.get('/api/jobs')).json.total).toBe(before);
    await expect.poll(uploads, { timeout: 5000 }).toEqual([]);
  });

  it('refuse two headers of one name, naming them', async () => {
    const { status, json } = await house.post('/api/questdb/import/async', {
      measurement: 'x',
      data: 'timestamp,a,A\n1,2,3',
    });
    expect([status, json.columns.length > 0]).toEqual([400, true]);
  });

  it('refuse a file without a name for its measurement, and keep nothing of it', async () => {
    const { status, json } = await house.post('/api/questdb/import/async', CSV, { 'content-type': 'text/csv' });
    expect([status, json.error]).toEqual([400, "Missing 'measurement' parameter"]);
    const form = `--edge\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n${CSV}\r\n--edge--\r\n`;
    const sent = await house.post('/api/questdb/import/async', form, {
      'content-type': 'multipart/form-data; boundary=edge',
    });
    expect([sent.status, sent.json.error]).toEqual([400, "Missing 'measurement' parameter"]);
    await expect.poll(uploads, { timeout: 5000 }).toEqual([]);
  });

  it('lose their uploads at the start when no job wants them', async () => {
    const { writeFileSync } = await import('node:fs');
    writeFileSync(`${house.desk.uploadDir}/import_00000000-0000-4000-8000-000000000000.csv`, CSV);
    writeFileSync(`${house.desk.uploadDir}/upload-stray`, CSV);
    await sweepUploads(house.desk);
    await expect.poll(uploads, { timeout: 5000 }).toEqual([]);
  });
});

describe('jobs', () => {
  it('are unknown with 404, final with 409, and filtered only by words there are', async () => {
    expect((await house.get('/api/jobs/nope')).json).toEqual({ error: 'Job not found' });
    expect((await house.post('/api/jobs/nope/cancel', {})).json).toEqual({ error: 'Job not found' });
    const { json } = await house.post('/api/questdb/import/async', { measurement: 'm_final', data: CSV });
    await house.jobEnd(json.job_id);
    expect((await house.post(`/api/jobs/${json.job_id}/cancel`, '')).status).toBe(409);
    expect((await house.get('/api/jobs?status=DONE')).json.error).toBe("Invalid 'status' parameter");
  });

  it('are cancelled, with their upload gone and nothing written', async () => {
    // Enough rows that the end cannot come before the cancel.
    const lines = Array.from({ length: 400_000 }, (_, i) => `${1_600_000_000 + i},${i % 7}.5,x${i}`);
    const data = `timestamp_unix,v,name\n${lines.join('\n')}\n`;
    const sent = await house.post('/api/questdb/import/async', { measurement: 'm_cancel', data });
    const { status, json } = await house.post(`/api/jobs/${sent.json.job_id}/cancel`, '');
    expect([status, json.job_id]).toEqual([200, sent.json.job_id]);
    const job = await house.jobEnd(sent.json.job_id);
    expect(job.status).toBe('CANCELLED');
    expect(job.completed_at).not.toBeNull();
    await expect.poll(uploads, { timeout: 5000 }).toEqual([]);
    expect((await house.get('/api/questdb/measurement/m_cancel')).status).toBe(404);
  });

  it('tell every change as events', async () => {
    await house.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = house.app.server.address() as AddressInfo;
    const events: { job_id: string; status: string }[] = [];
    const stream = request({ port, path: '/api/events' }, (response) => {
      expect(response.headers['content-type']).toMatch(/^text\/event-stream/);
      let rest = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop()!;
        for (const block of blocks) {
          const data = /^event: job\ndata: (.*)$/m.exec(block)?.[1];
          if (data !== undefined) events.push(JSON.parse(data));
        }
      });
    }).end();
    stream.on('error', () => {});
    await new Promise((resolve) => stream.once('response', resolve));
    const { json } = await house.post('/api/questdb/import/async', { measurement: 'm_events', data: CSV });
    await house.jobEnd(json.job_id);
    const mine = () => events.filter(({ job_id }) => job_id === json.job_id).map(({ status }) => status);
    await expect.poll(() => mine().at(-1), { timeout: 5000 }).toBe('COMPLETED');
    stream.destroy();
  });
});

describe('direct imports', () => {
  it('answer with the report itself', async () => {
    const { status, json } = await house.post('/api/questdb/import', { measurement: 'm_direct', data: CSV });
    expect([status, json.success, json.rows_imported]).toEqual([200, true, 2]);
  });

  it('refuse bad rows with the same report and the error beside it', async () => {
    const { status, json } = await house.post('/api/questdb/import', {
      measurement: 'm_bad',
      data: 'timestamp,v\nx,1',
    });
    expect(status).toBe(400);
    expect(json).toMatchObject({
      success: false,
      rows_rejected: 1,
      error: expect.stringContaining('1 of 1 rows rejected'),
    });
    expect((await house.get('/api/questdb/measurement/m_bad')).status).toBe(404);
  });

  it('point to the job when there is too much of it', async () => {
    const data = `timestamp_unix,v\n${'1700000000,1\n'.repeat(200_001)}`;
    const { status, json } = await house.post('/api/questdb/import', { measurement: 'm_large', data });
    expect([status, json.error]).toEqual([413, 'Use /api/questdb/import/async for large imports']);
  });

  it('can be switched off, and then say the old words', async () => {
    const strict = await house.listener({ directImport: false });
    const { status, json } = await strict.post('/api/questdb/import', { measurement: 'm', data: CSV });
    expect([status, json.error]).toEqual([
      501,
      'Direct import is not implemented. Use /api/questdb/import/async instead.',
    ]);
  });
});

describe('bars have one home', () => {
  it('a CSV imported alone counts by its name, and becomes a dataset when bars are added', async () => {
    const data = 'timestamp_unix,Open,High,Low,Close,Volume\n1700000000,1,2,0.5,1.5,10\n1700086400,2,3,1,2.5,20\n';
    await house.post('/api/questdb/import', { measurement: 'msft_daily_ohlcv', data });
    const found = await findBarDataset(house.desk, { ticker: 'MSFT', granularity: '1d' });
    expect(found).toMatchObject({ datasetId: null, measurement: 'msft_daily_ohlcv', rowCount: 2 });
    const bars = await readBars(house.desk, found!, { fromUs: 1_700_000_000_000_001 });
    expect(bars.rows).toBe(1);
    expect([bars.open[0], bars.close[0], bars.volume[0], bars.vwap[0]]).toEqual([2, 2.5, 20, Number.NaN]);

    const one = Float64Array.of(3);
    const columns = {
      timestampUs: Float64Array.of(1_700_172_800_000_000),
      open: one,
      high: one,
      low: one,
      close: one,
      volume: one,
    };
    const { dataset, report } = await upsertBars(house.desk, { ticker: 'MSFT', granularity: '1d', columns });
    expect(report.rowsInserted).toBe(1);
    expect(dataset).toMatchObject({ measurement: 'msft_daily_ohlcv', rowCount: 3, slug: 'msft_daily' });
    expect((await house.get('/api/datasets/msft_daily')).json).toMatchObject({ symbol: 'MSFT', ohlcv_row_count: 3 });
  });

  it('a dataset is found by symbol and granularity, whatever their spelling', async () => {
    await house.dataset('spx', { symbol: 'SPX', granularity: 'Daily' });
    expect(await findBarDataset(house.desk, { ticker: 'spx', granularity: '1D' })).toMatchObject({
      slug: 'spx',
      rowCount: 0,
    });
    expect(await findBarDataset(house.desk, { ticker: 'spx', granularity: '1h' })).toBeUndefined();
    await expect(findBarDataset(house.desk, { ticker: 'spx', granularity: '7d' })).rejects.toThrow(
      'Unknown granularity',
    );
  });

  it('new bars make their dataset, and the same bars again replace themselves', async () => {
    const three = Float64Array.of(1, 2, 3);
    const columns = {
      timestampUs: Float64Array.of(1e15, 2e15, 3e15),
      open: three,
      high: three,
      low: three,
      close: three,
      volume: three,
      vwap: three,
    };
    const first = await upsertBars(house.desk, { ticker: 'QQQ', granularity: '1h', columns, source: 'sigma' });
    expect(first.dataset).toMatchObject({ slug: 'QQQ_1h', measurement: 'QQQ_1h_ohlcv', rowCount: 3 });
    const again = await upsertBars(house.desk, { ticker: 'QQQ', granularity: '60m', columns });
    expect(again.report).toMatchObject({ rowsInserted: 0, rowsUpdated: 3 });
    expect((await house.get('/api/datasets/QQQ_1h')).json).toMatchObject({
      source: 'sigma',
      bar_interval_ms: 3_600_000,
    });
  });
});
