/** PostgreSQL's LISTEN on one connection of its own: how the processes of one database tell each other that jobs changed. */
import pg from 'pg';
import type { Log } from '#base/log.js';
import { JOB_CHANNEL, type JobNews, readJobNews } from '#store/job-news.js';

const RECONNECT_AFTER_MS = 250;

export interface Listener {
  close(): Promise<void>;
}

/** `onReconnect` is called after a gap in which changes may have gone unheard. */
export async function listenForJobs(
  connection: pg.ClientConfig,
  told: { onChange: (news: JobNews, jobIds: readonly string[]) => void; onReconnect: () => void; log: Log },
): Promise<Listener> {
  const { onChange, onReconnect, log } = told;
  let isClosed = false;
  let client: pg.Client | undefined;

  async function connect() {
    const next = new pg.Client({ ...connection, application_name: 'almanac-listen' });
    next.on('notification', ({ payload }) => {
      const { news, ids } = readJobNews(payload ?? '');
      onChange(news, ids);
    });
    next.on('error', (error) => log.warn({ error: error.message }, 'the job listener lost its connection'));
    await next.connect();
    await next.query(`listen ${JOB_CHANNEL}`);
    client = next;
    // Only now: a client that never connected ends too, and each end would begin another loop of reconnecting.
    next.once('end', () => void reconnect());
  }

  async function reconnect() {
    while (!isClosed) {
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_AFTER_MS));
      if (isClosed) return;
      try {
        await connect();
        onReconnect();
        return;
      } catch (error) {
        log.debug({ error: String(error) }, 'the job listener could not connect yet');
      }
    }
  }

  await connect();
  return {
    async close() {
      isClosed = true;
      await client?.end();
    },
  };
}
