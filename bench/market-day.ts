/** A made market day on a running server: its raw file, the pipeline over it, and a hash of every data file, as any client would ask. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { post } from './stage1-calls.js';

export const DAY = { dataset: 'XNAS.ITCH', symbol: 'NVDA', date: '2026-02-02' } as const;

export type MarketStage = 'download' | 'decode' | 'derive' | 'qc';

export interface StageRun {
  readonly ms: number;
  readonly rows: number;
}

const Sent = z.object({ id: z.string() });
const Detail = z.object({
  status: z.string(),
  error: z.string().nullable(),
  steps: z.array(
    z.object({
      stage: z.string(),
      status: z.string(),
      started_at: z.string().nullable(),
      finished_at: z.string().nullable(),
      n_records: z.number().nullable(),
    }),
  ),
});

const ASK_EVERY_MS = 10;

/** Sends a job of these stages of the day and waits for its end; gives each stage's time by the server's own clock. */
export async function runStages(
  umiki: string,
  stages: readonly MarketStage[],
  spec: object = {},
): Promise<Record<string, StageRun>> {
  const { dataset, symbol, date } = DAY;
  const answer = await post(`${umiki}/api/jobs`, { stages, dataset, symbols: [symbol], dates: [date], spec });
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  const { id } = Sent.parse(await answer.json());
  for (;;) {
    const { status, error, steps } = Detail.parse(await (await fetch(`${umiki}/api/jobs/${id}`)).json());
    if (status === 'failed' || status === 'cancelled') throw new Error(`The pipeline ${status}: ${error}`);
    if (status === 'completed')
      return Object.fromEntries(
        steps.map(({ stage, started_at, finished_at, n_records }) => [
          stage,
          { ms: Date.parse(finished_at ?? '') - Date.parse(started_at ?? ''), rows: n_records ?? 0 },
        ]),
      );
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

/** Of names and bytes of all that the pipeline made; not of accounts and reports, which tell when they were written. */
export async function hashDataFiles(dataDir: string): Promise<string> {
  const hash = createHash('sha256');
  for (const zone of ['raw', 'canonical', 'derived']) {
    const entries = await readdir(join(dataDir, zone), { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const path of paths.filter((one) => !one.endsWith('.json')).sort()) {
      hash.update(path.slice(dataDir.length));
      for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
    }
  }
  return hash.digest('hex').slice(0, 32);
}
