/** A PostgreSQL of somebody's own, looked at before we use it: whatever is wrong with it is said with what to do about it. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type AppError, errors } from '#base/errors.js';

const OLDEST_MAJOR = 15;
const KNOCK_EVERY_MS = 250;

/**
 * Waits up to `patienceMs` for a server that is starting; what no waiting mends is said at once.
 * Errors: databaseUnknownHost, databaseSilent, databaseRefused, databaseMissing, databaseTls, databaseTooOld, databaseEncoding, databaseReadOnly.
 */
export async function inspectOutside(url: string, { patienceMs = 10_000 } = {}): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // The same failure rejects connect(); without a listener it would end us.
    try {
      await client.connect();
      return await inspect(client, url);
    } catch (error) {
      const said = whatIsWrong(url, error);
      if (said?.code !== 'database_silent' || performance.now() > giveUpAt) throw said ?? error;
    } finally {
      await client.end().catch(() => undefined); // It may never have been connected: there is nothing to end.
    }
    await sleep(KNOCK_EVERY_MS);
  }
}

async function inspect(client: pg.Client, url: string): Promise<void> {
  const { rows } = await client.query<Record<'number' | 'version' | 'encoding' | 'read_only', string>>(`
    select current_setting('server_version_num') as number, current_setting('server_version') as version,
      current_setting('server_encoding') as encoding, current_setting('transaction_read_only') as read_only`);
  const found = rows[0]!;
  if (Number(found.number) < OLDEST_MAJOR * 10_000)
    throw errors.databaseTooOld(nameOf(url), found.version, OLDEST_MAJOR);
  if (found.encoding !== 'UTF8') throw errors.databaseEncoding(nameOf(url), found.encoding);
  if (found.read_only === 'on') throw errors.databaseReadOnly(nameOf(url));
}

/** The failure in words that help; undefined when it is about something else. */
export function whatIsWrong(url: string, error: unknown): AppError | undefined {
  if (!(error instanceof Error)) return undefined;
  const at = nameOf(url);
  const code = String((error as { code?: unknown }).code ?? '');
  const reason = error.message || code;
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code)) return errors.databaseUnknownHost(at, new URL(url).hostname, error);
  if (/^28/.test(code)) return errors.databaseRefused(at, reason, error);
  if (code === '3D000') return errors.databaseMissing(at, new URL(url).pathname.slice(1), error);
  if (code === '42501') return errors.databaseRights(at, decodeURIComponent(new URL(url).username), reason, error);
  if (/^(CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code) || /SSL/.test(reason))
    return errors.databaseTls(at, reason, error);
  if (/^(ECONN|EHOST|ENET|ETIMEDOUT|EPIPE|08|57P|53300)/.test(code) || /terminated|timeout expired/.test(reason))
    return errors.databaseSilent(at, reason, error);
  return undefined;
}

/** Runs `work`, whose failures by missing rights or a lost server are said in words that help. */
export async function sayingWhatIsWrong<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw whatIsWrong(url, error) ?? error;
  }
}

/** `user@host:port/database`: all but the password. */
function nameOf(url: string): string {
  const { username, hostname, port, pathname } = new URL(url);
  return `${decodeURIComponent(username)}@${hostname}${port === '' ? '' : `:${port}`}${pathname}`;
}
