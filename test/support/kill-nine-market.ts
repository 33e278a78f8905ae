/** What a client of the pipeline does while the server is killed: one job of the five stages in flight at all times, each a made day of its own. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Writer } from './kill-nine.js';

const STAGES = ['download', 'decode', 'derive', 'qc', 'export'];
const EVENTS = 12_000;
const OVER_WITHIN_MS = 90_000;
const NEXT_AFTER_MS = 3_000;
const FIRST_DAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

interface Step {
  readonly stage: string;
  readonly status: string;
}

interface Job {
  readonly id: string;
  readonly status: string;
  readonly error: string | null;
  readonly dates: readonly string[];
  readonly steps: readonly Step[];
}

const dateOf = (n: number) => new Date(FIRST_DAY + n * DAY_MS).toISOString().slice(0, 10);

async function ask<T>(url: string, body?: unknown): Promise<T> {
  const answer = await fetch(url, {
    signal: AbortSignal.timeout(20_000),
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

const bodyOf = (date: string, force = false) => ({
  spec: { version: 1, source: { type: 'synthetic', seed: 9, events: EVENTS } },
  symbols: ['KILL'],
  dates: [date],
  stages: STAGES,
  force,
});

const isOver = ({ status }: { status: string }) => !['pending', 'running'].includes(status);

async function untilOver(umiki: string, id: string, withinMs: number): Promise<Job | undefined> {
  const giveUpAt = performance.now() + withinMs;
  while (performance.now() < giveUpAt) {
    const job = await ask<Job>(`${umiki}/api/jobs/${id}`).catch(() => undefined);
    // Nobody answers: the server was killed, and the next one has another address.
    if (job === undefined && withinMs < OVER_WITHIN_MS) return undefined;
    if (job !== undefined && isOver(job)) return job;
    await sleep(50);
  }
  return undefined;
}

/** `dataDir` is looked into after the kills: no half file may stand there under any name. */
export function pipelineWriter(dataDir: string): Writer {
  let before: string | undefined;
  return {
    name: 'pipelines',
    async write({ umiki }, n) {
      if (before !== undefined) await untilOver(umiki, before, NEXT_AFTER_MS);
      const { id } = await ask<{ id: string }>(`${umiki}/api/jobs`, bodyOf(dateOf(n)));
      before = id;
      return true;
    },
    async check({ umiki }, acknowledged) {
      const jobs = await ask<Job[]>(`${umiki}/api/jobs`);
      const broken: string[] = [];
      const byDate = new Map(jobs.map((job) => [job.dates[0]!, job.id]));
      for (const n of acknowledged)
        if (!byDate.has(dateOf(n))) broken.push(`the job of ${dateOf(n)} was acknowledged and is lost`);
      for (const { id } of jobs) broken.push(...(await checkJob(umiki, id)));
      broken.push(...(await checkFiles(umiki, dataDir)));
      // A day whose job was killed in the middle has the bytes of one that nobody disturbed.
      const [some] = acknowledged;
      if (broken.length === 0 && some !== undefined) broken.push(...(await checkAgain(umiki, dateOf(some))));
      return broken;
    },
  };
}

/** It ends well, and no step was done twice: its end stands once in what the job said. */
async function checkJob(umiki: string, id: string): Promise<string[]> {
  const job = await untilOver(umiki, id, OVER_WITHIN_MS);
  if (job === undefined) return [`job ${id} did not end`];
  if (job.status !== 'completed') return [`job ${id} ended as ${job.status}: ${job.error}`];
  const { lines } = await ask<{ lines: { message: string }[] }>(`${umiki}/api/jobs/${id}/logs`);
  return job.steps.flatMap(({ stage, status }) => {
    const said = lines.filter(
      ({ message }) => message.startsWith(`${stage} KILL`) && / (completed|skipped)/.test(message),
    );
    if (said.length > 1) return [`job ${id} did ${stage} ${said.length} times`];
    return status === 'completed' || status === 'skipped' ? [] : [`job ${id} left ${stage} ${status}`];
  });
}

interface File {
  readonly id: string;
  readonly kind: string;
  readonly date: string;
  readonly sha256: string;
  readonly file_path: string;
  readonly file_size: number;
}

const listFiles = (umiki: string, date?: string) =>
  ask<File[]>(`${umiki}/api/datasets?symbol=KILL${date === undefined ? '' : `&date=${date}`}`);

async function checkFiles(umiki: string, dataDir: string): Promise<string[]> {
  const broken: string[] = [];
  for (const { id } of await listFiles(umiki)) {
    const file = await ask<File>(`${umiki}/api/datasets/${id}`);
    const bytes = await readFile(join(dataDir, file.file_path));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== file.sha256) broken.push(`${file.file_path} is not what the registry says`);
    const meta = JSON.parse(await readFile(join(dataDir, `${file.file_path}.meta.json`), 'utf8'));
    if (meta.output_sha256 !== sha256) broken.push(`${file.file_path} is not what its account says`);
  }
  for (const zone of ['raw', 'canonical', 'derived', 'training', 'qc'])
    for (const name of await readdir(join(dataDir, zone), { recursive: true }))
      if (name.includes('.tmp-')) broken.push(`${zone}/${name} was left half written`);
  return broken;
}

async function checkAgain(umiki: string, date: string): Promise<string[]> {
  const shas = async () =>
    (await Promise.all((await listFiles(umiki, date)).map(({ id }) => ask<File>(`${umiki}/api/datasets/${id}`)))).map(
      (file) => `${file.kind} ${file.sha256}`,
    );
  const killed = await shas();
  const { id } = await ask<{ id: string }>(`${umiki}/api/jobs`, bodyOf(date, true));
  const job = await untilOver(umiki, id, OVER_WITHIN_MS);
  if (job?.status !== 'completed') return [`the day ${date} could not be made again: ${job?.error}`];
  const again = await shas();
  return killed.join() === again.join()
    ? []
    : [`the day ${date} has other bytes after the kills: ${killed} / ${again}`];
}
