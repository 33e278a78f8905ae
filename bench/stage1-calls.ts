/** The few calls of Stage1 that the benches make, as any client would. */
import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { z } from 'zod';

const Accepted = z.object({ job_id: z.string() });
const Job = z.object({ status: z.string(), error: z.string().nullable() });
const Result = z.object({ dataset: z.array(z.array(z.unknown())) });

async function answered(answer: Response): Promise<unknown> {
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}

/** Posts a file as text/csv and waits until its job is COMPLETED. */
export async function importCsv(stage1: string, measurement: string, path: string): Promise<void> {
  const url = `${stage1}/api/questdb/import/async?measurement=${measurement}`;
  const body = await openAsBlob(path, { type: 'text/csv' });
  const { job_id } = Accepted.parse(
    await answered(await fetch(url, { method: 'POST', body, headers: { 'content-type': 'text/csv' } })),
  );
  for (;;) {
    const { status, error } = Job.parse(await answered(await fetch(`${stage1}/api/jobs/${job_id}`)));
    if (status === 'COMPLETED') return;
    if (status === 'FAILED' || status === 'CANCELLED') throw new Error(`Import ${status}: ${error}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A hash of what stands in the measurement: counts and sums, which any order of rows leaves equal. */
export async function hashOf(stage1: string, measurement: string): Promise<string> {
  // Sums of cents as integers: a sum of doubles would depend on its order.
  const sums = ['open', 'high', 'low', 'close', 'volume'].map((name) => `sum(cast(round(${name} * 100) as bigint))`);
  const sql = `SELECT count(*), min(timestamp), max(timestamp), ${sums.join(', ')} FROM "${measurement}"`;
  const answer = await post(`${stage1}/api/questdb/query`, { sql });
  const { dataset } = Result.parse(await answered(answer));
  return createHash('sha256').update(JSON.stringify(dataset)).digest('hex').slice(0, 16);
}

export const post = (url: string, body: object) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
