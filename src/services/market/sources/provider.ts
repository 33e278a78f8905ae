/** A day from the vendor's historical service, when a key is configured: one request, its answer streamed to a file as it stands. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { MarketDesk } from '../desk.js';
import type { StageOrder } from '../stage.js';

/** Half an hour without an answer is none. */
const ANSWER_WITHIN_MS = 30 * 60_000;
const DAY_MS = 86_400_000;

/**
 * `GET <url>/v0/timeseries.get_range` with the key as user name, as the vendor's own clients ask; the day is the UTC one, end exclusive.
 * Errors: providerKeyMissing, providerFailed; the key is in none of them.
 */
export async function fetchFromProvider(
  { key, url }: MarketDesk['provider'],
  { day, signal }: Pick<StageOrder, 'day' | 'signal'>,
  schema: 'mbo' | 'mbp-10',
  target: string,
): Promise<JsonObject> {
  if (key === null) throw errors.providerKeyMissing();
  const end = new Date(Date.parse(`${day.date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  const query = new URLSearchParams({
    dataset: day.dataset,
    symbols: day.symbol,
    schema,
    start: day.date,
    end,
    encoding: 'dbn',
    compression: 'zstd',
    stype_in: 'raw_symbol',
    stype_out: 'instrument_id',
  });
  const answer = await fetch(`${url}/v0/timeseries.get_range?${query}`, {
    headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
  }).catch((cause: Error) => {
    signal.throwIfAborted();
    throw errors.providerFailed(cause.name === 'TimeoutError' ? 'no answer in time' : 'it cannot be reached');
  });
  if (!answer.ok || answer.body === null) {
    await answer.body?.cancel();
    throw errors.providerFailed(`it answered ${answer.status}`);
  }
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(target, { flags: 'wx' }), {
    signal,
  });
  return { source: 'provider', schema };
}
