/**
 * pg-boss as the carrier: it holds the order and the backoff, and hands each job id to one worker. It decides nothing:
 * the `job` row does. A message is taken, its row claimed and the message ended in one transaction, so a worker that
 * dies in between leaves both as they were.
 */
import { CompiledQuery } from 'kysely';
import PgBoss from 'pg-boss';
import type { Log } from '#base/log.js';
import type { Database } from '#store/database.js';

/** Jobs that write measurements wait in a lane of their own: only the process that owns the measurement store serves it. */
export const LANES = ['general', 'measurements'] as const;
export type Lane = (typeof LANES)[number];

export interface Delivery {
  send(db: Database, lane: Lane, jobId: string, options?: { priority?: number; delayS?: number }): Promise<void>;
  /** Takes the next message inside the given transaction; undefined when the lane is empty. */
  take(db: Database, lane: Lane): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Messages only ever live inside a transaction, so pg-boss's own retries are never used. */
const QUEUE_OPTIONS = { retryLimit: 0, expireInSeconds: 3600 };

export async function openDelivery(db: Database, log: Log): Promise<Delivery> {
  const boss = new PgBoss({ db: sqlThrough(db), schema: 'pgboss', schedule: false });
  boss.on('error', (error) => log.warn({ error: error.message }, 'job delivery reported an error'));
  await boss.start();
  for (const lane of LANES) await boss.createQueue(lane, { name: lane, ...QUEUE_OPTIONS });

  return {
    async send(tx, lane, jobId, { priority = 0, delayS = 0 } = {}) {
      await boss.send(lane, { jobId }, { db: sqlThrough(tx), priority, ...(delayS > 0 ? { startAfter: delayS } : {}) });
    },
    async take(tx, lane) {
      const through = sqlThrough(tx);
      const [message] = await boss.fetch<{ jobId: string }>(lane, { batchSize: 1, db: through });
      if (message === undefined) return undefined;
      await boss.complete(lane, message.id, {}, { db: through });
      return message.data.jobId;
    },
    close: () => boss.stop({ graceful: false, close: false, wait: false }),
  };
}

const sqlThrough = (db: Database): PgBoss.Db => ({
  executeSql: async (text: string, values: unknown[] = []) => {
    const { rows } = await db.executeQuery(CompiledQuery.raw(text, values));
    return { rows };
  },
});
