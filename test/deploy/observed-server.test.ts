/** What an operator sees of a server: ids in its log, spans of its work, figures that the dashboard and the alerts ask for. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tellJobs } from '#store/job-news.js';
import { type TracingInMemory, traceInMemory } from '../support/tracing.js';
import { metricNamesIn, queriesOf, servedNames } from './metric-names.js';
import { type ObservedServer, startObservedServer } from './server-in-process.js';

let server: ObservedServer;
let tracing: TracingInMemory;

beforeAll(async () => {
  tracing = traceInMemory();
  server = await startObservedServer();
}, 60_000);

afterAll(async () => {
  await server.close();
  tracing.close();
});

const CSV = ['timestamp,close', ...Array.from({ length: 500 }, (_, i) => `${1_700_000_000 + i},${i}`)].join('\n');

/** A request that starts a job; gives the job's id when it has ended. */
async function importInAJob(measurement: string, headers: Record<string, string> = {}, csv = CSV) {
  const answer = await fetch(`${server.url.stage1}/api/questdb/import/async?measurement=${measurement}`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', ...headers },
    body: csv,
  });
  const body = (await answer.json()) as { job_id: string };
  expect(answer.status, JSON.stringify(body)).toBe(202);
  const job = await server.house.queue.waitFor(body.job_id, 20_000);
  return { jobId: body.job_id, status: job.status, requestId: answer.headers.get('x-request-id')! };
}

const scrape = async () => (await fetch(`${server.url.gateway}/metrics`)).text();

describe('the log', () => {
  it('gives every line of a request the id of its answer', async () => {
    const answer = await fetch(`${server.url.stage1}/api/datasets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'mine-1' },
      body: JSON.stringify({ dataset_slug: 'observed_1d', symbol: 'OBS', granularity: '1d' }),
    });
    expect(answer.status).toBeLessThan(300);
    const id = answer.headers.get('x-request-id');
    const lines = server.lines.filter(({ requestId }) => requestId === id);
    expect(lines.map(({ msg }) => msg)).toContain('answered');
  });

  it('gives it to what a service logs without knowing of requests, after the body came and after every await', async () => {
    // Nothing in a service is handed the request; the line below is logged by the house's log as any service would.
    const { house } = server;
    const cancel = house.queue.cancel;
    Object.assign(house.queue, {
      cancel: async (...given: Parameters<typeof cancel>) => {
        await sleep(5);
        house.log.info({}, 'deep inside');
        return cancel(...given);
      },
    });
    try {
      const answers = await Promise.all(
        ['a', 'b', 'c'].map((name) =>
          fetch(`${server.url.stage1}/api/jobs/none-${name}/cancel`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{}',
          }),
        ),
      );
      const ids = answers.map((answer) => answer.headers.get('x-request-id')!);
      expect(new Set(ids).size).toBe(3);
      const deep = server.lines.filter(({ msg }) => msg === 'deep inside').map(({ requestId }) => requestId);
      expect(deep.sort()).toEqual([...ids].sort());
    } finally {
      Object.assign(house.queue, { cancel });
    }
  });

  it('keeps one id for what the gateway hands on', async () => {
    const answer = await fetch(`${server.url.gateway}/stage1/api/runs/nobody`);
    expect(answer.status).toBe(404);
    const id = answer.headers.get('x-request-id');
    await sleep(50);
    const mine = server.lines.filter((line) => 'path' in line && String(line['path']).endsWith('/api/runs/nobody'));
    expect(mine.length).toBeGreaterThanOrEqual(2);
    expect(new Set(mine.map(({ requestId }) => requestId))).toEqual(new Set([id]));
  });

  it('gives every line of a run the id of its job, and none of the request that happened to wake the worker', async () => {
    const { jobId, requestId, status } = await importInAJob('logged');
    expect(status).toBe('completed');
    await sleep(50);
    const ended = server.lines.filter(({ msg, jobId: id }) => msg === 'a job ended' && id === jobId);
    expect(ended).toEqual([expect.objectContaining({ kind: 'questdb_import', status: 'completed', attempt: 1 })]);
    expect(ended[0]).not.toHaveProperty('requestId', requestId);
  });

  it('gives it also to what a job logs without knowing of jobs', async () => {
    const { house } = server;
    const importCsv = house.measurements.importCsv;
    Object.assign(house.measurements, {
      importCsv: async (...given: Parameters<typeof importCsv>) => {
        await sleep(5);
        house.log.info({}, 'deep in a job');
        return importCsv(...given);
      },
    });
    try {
      const { jobId } = await importInAJob('logged_deep');
      const deep = server.lines.filter(({ msg }) => msg === 'deep in a job');
      expect(deep.map((line) => [line.jobId, line.requestId])).toEqual([[jobId, undefined]]);
    } finally {
      Object.assign(house.measurements, { importCsv });
    }
  });
});

describe('a tracer', () => {
  it('sees a request, the job that it started and the tasks of that job as one trace', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const sent = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    const { jobId, requestId } = await importInAJob('traced', sent);
    await sleep(50);
    const spans = tracing.spans.filter((span) => span.traceId === traceId);
    const request = spans.find(({ kind }) => kind === SpanKind.SERVER)!;
    expect(request).toMatchObject({
      name: 'POST /api/questdb/import/async',
      parentSpanId: 'b7ad6b7169203331',
      isError: false,
      attributes: {
        'almanac.request_id': requestId,
        'almanac.surface': 'stage1',
        'http.request.method': 'POST',
        'http.route': '/api/questdb/import/async',
        'http.response.status_code': 202,
      },
    });
    const job = spans.find(({ kind }) => kind === SpanKind.CONSUMER)!;
    expect(job).toMatchObject({
      name: 'job questdb_import',
      parentSpanId: request.spanId,
      attributes: { 'almanac.job_id': jobId, 'almanac.job_attempt': 1 },
    });
    const tasks = spans.filter(({ name }) => name.startsWith('task csv'));
    expect(tasks.length).toBeGreaterThan(0);
    for (const task of tasks) expect(task.parentSpanId).toBe(job.spanId);
    expect(spans.filter(({ isEnded }) => !isEnded)).toEqual([]);
  });

  it('sees a refused job as an error, by its code and not by what was sent', async () => {
    const traceId = '1af7651916cd43dd8448eb211c80319c';
    const { status } = await importInAJob(
      'refused',
      { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
      'timestamp,close\nsecret-word,1\n',
    );
    expect(status).toBe('failed');
    await sleep(50);
    const job = tracing.spans.find((span) => span.traceId === traceId && span.kind === SpanKind.CONSUMER)!;
    expect(job.isError).toBe(true);
    expect(job.attributes['error.type']).toMatch(/^[a-z_]+$/);
    expect(JSON.stringify(tracing.spans)).not.toContain('secret-word');
  });
});

describe('/metrics', () => {
  it('serves every metric that a query of the dashboard or of the alerts names', async () => {
    await importInAJob('figured');
    const served = servedNames(await scrape());
    const queries = [
      ...queriesOf(JSON.parse(readFileSync('deploy/grafana/almanac.json', 'utf8'))),
      ...queriesOf(parse(readFileSync('deploy/prometheus/alerts.yml', 'utf8'))),
    ];
    expect(queries.length).toBeGreaterThan(30);
    const asked = new Set(queries.flatMap(metricNamesIn));
    expect(asked.size).toBeGreaterThan(20);
    expect([...asked].filter((name) => !served.has(name))).toEqual([]);
  });

  it('counts a job that any process took back from a dead worker', async () => {
    const lost = (text: string) => figureOf(text, 'almanac_job_lease_expiries_total');
    const before = lost(await scrape());
    // What a reaper tells, here or in a worker.
    await tellJobs(server.house.db, 'lost', ['one', 'two']);
    await sleep(200);
    expect(lost(await scrape()) - before).toBe(2);
  });

  it('counts rows that were written and jobs that ended, whoever looks and however often', async () => {
    const before = await scrape();
    await importInAJob('counted');
    const rows = (text: string) => figureOf(text, 'almanac_measurement_rows_total{way="import",outcome="inserted"}');
    expect(rows(await scrape()) - rows(before)).toBe(500);
    const ended = (text: string) =>
      figureOf(text, 'almanac_jobs_finished_total{kind="questdb_import",status="completed"}');
    const waited = (text: string) => figureOf(text, 'almanac_job_start_wait_seconds_count{kind="questdb_import"}');
    // The window ends five seconds behind the clock.
    await sleep(5_500);
    await Promise.all([scrape(), scrape()]);
    const { total } = await server.house.queue.list(
      server.house.db,
      { kinds: ['questdb_import'], status: 'completed' },
      { limit: 1, offset: 0 },
    );
    const after = await scrape();
    // All ended after the first scrape but those that a scrape had not begun to count.
    expect(ended(after)).toBeGreaterThan(ended(before));
    expect(ended(after)).toBeLessThanOrEqual(total);
    expect(await scrape().then(ended)).toBe(ended(after));
    expect(waited(after)).toBeGreaterThanOrEqual(ended(after));
    expect(figureOf(after, 'almanac_postgres_up')).toBe(1);
    expect(figureOf(after, 'almanac_measurements_up')).toBe(1);
    expect(figureOf(after, 'almanac_store_bytes{store="postgres"}')).toBeGreaterThan(1_000_000);
  }, 30_000);
});

/** 0 for a series that is not there yet. */
function figureOf(text: string, series: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}
