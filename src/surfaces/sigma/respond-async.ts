/**
 * When a compute request is answered (contract 4, rules 2 to 5): at once with 202, at once with 200, or when it is done.
 *
 * The client's word comes first (`Prefer`, `async`, `wait`); without one the dialect of its body decides.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors } from '#base/errors.js';
import { isFinal, type Job } from '#jobs/job.js';
import type { JobQueue } from '#jobs/queue.js';
import { pathFor } from './mount.js';

export const WAIT_SECONDS_MAX = 600;

/** `async`: 202 now. `short`: 200 now. `wait`: the full body within so many seconds, else 202. */
export type AnswerMode =
  | { readonly kind: 'async' | 'short' }
  | { readonly kind: 'wait'; readonly seconds: number; readonly wasAsked: boolean };

/** S2 clients send `config` as an object or `matrix_sha`, and `sweep` as an object: they expect an id at once. */
export function speaksS2(route: 'train' | 'backtest' | 'backtest_sweep', body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const { config, matrix_sha, sweep } = body as Record<string, unknown>;
  return route === 'backtest_sweep' ? isObject(sweep) : isObject(config) || matrix_sha !== undefined;
}

/** `defaultMode` is what rule 4 says for the route: `short` for an S2 body, else `wait`. Errors: invalidParameter. */
export function answerModeOf(request: FastifyRequest, defaultMode: 'short' | 'wait'): AnswerMode {
  const prefer = preferencesOf(request.headers['prefer']);
  const query = isObject(request.query) ? request.query : {};
  const body = isObject(request.body) ? request.body : {};
  if (prefer.isAsync || readFlag(query['async'] ?? body['async'], 'async')) return { kind: 'async' };
  const wait = prefer.wait ?? query['wait'] ?? body['wait'];
  if (wait !== undefined) return { kind: 'wait', seconds: readSeconds(wait), wasAsked: true };
  return defaultMode === 'short' ? { kind: 'short' } : { kind: 'wait', seconds: WAIT_SECONDS_MAX, wasAsked: false };
}

/** `reuse=true`, in the query or the body: finished work of the same key is good enough (contract 4, rule 6). */
export function reuseOf(request: FastifyRequest): boolean {
  const query = isObject(request.query) ? request.query : {};
  const body = isObject(request.body) ? request.body : {};
  return readFlag(query['reuse'] ?? body['reuse'], 'reuse');
}

export interface JobAnswer<T extends object> {
  readonly queue: JobQueue;
  readonly job: Job;
  readonly mode: AnswerMode;
  /** The body for the job as it stands, short while it is not final; throws what made a failed job fail. */
  readonly shape: (job: Job) => Promise<T> | T;
  /** Status of a finished answer; default 200. */
  readonly doneStatus?: 200 | 201;
}

/** Sends the answer with its status and headers, and gives its body for the route to return. */
export async function answerJob<T extends object>(
  request: FastifyRequest,
  reply: FastifyReply,
  { queue, job, mode, shape, doneStatus = 200 }: JobAnswer<T>,
): Promise<T> {
  if (mode.kind === 'short') return shape(job);
  const current = mode.kind === 'wait' ? await waitFor(request, queue, job, mode.seconds) : job;
  if (mode.kind === 'wait' && isFinal(current.status)) {
    if (mode.wasAsked) reply.header('preference-applied', `wait=${mode.seconds}`);
    reply.code(doneStatus);
    return shape(current);
  }
  reply.code(202);
  reply.header('location', pathFor(request.raw, `/jobs/${encodeURIComponent(job.id)}`));
  reply.header('retry-after', '1');
  if (mode.kind === 'async') reply.header('preference-applied', 'respond-async');
  return shape(current);
}

/** The wait ends early when the client has gone or the server closes: the job goes on, only nobody waits. */
async function waitFor(request: FastifyRequest, queue: JobQueue, job: Job, seconds: number): Promise<Job> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  const { closing } = request.server;
  closing.addEventListener('abort', leave, { once: true });
  request.raw.socket.once('close', leave);
  if (closing.aborted) leave();
  try {
    return await queue.waitFor(job.id, seconds * 1000, gone.signal);
  } finally {
    closing.removeEventListener('abort', leave);
    request.raw.socket.off('close', leave);
  }
}

/** RFC 7240: comma-separated, names without regard to case, the first of a name counts. */
function preferencesOf(header: string | string[] | undefined): { isAsync: boolean; wait?: string } {
  const names = new Map<string, string>();
  for (const part of [header ?? []].flat().join(',').split(',')) {
    const [, name, value] = /^\s*([\w-]+)\s*(?:=\s*"?([^";]*)"?)?/.exec(part) ?? [];
    if (name !== undefined && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), (value ?? '').trim());
  }
  const wait = names.get('wait');
  return { isAsync: names.has('respond-async'), ...(wait === undefined ? {} : { wait }) };
}

function readSeconds(value: unknown): number {
  const seconds = typeof value === 'number' ? value : /^\d{1,4}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (!Number.isFinite(seconds) || seconds < 0 || seconds > WAIT_SECONDS_MAX)
    throw errors.invalidParameter('wait', `Must be 0 to ${WAIT_SECONDS_MAX} seconds`);
  return seconds;
}

function readFlag(value: unknown, field: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  const text = String(value).toLowerCase();
  if (['true', '1', 'yes'].includes(text)) return true;
  if (['false', '0', 'no'].includes(text)) return false;
  throw errors.invalidParameter(field, 'Must be true or false');
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
