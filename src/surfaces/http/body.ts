/**
 * How bodies are read: JSON (judged byte by byte, parsed in slices when large), forms, and bodies left to the route.
 *
 * Every limit is kept while the body arrives: a body over the limit, too deep, or with a number that would not survive is
 * refused without being read to its end.
 */
import { Transform, type TransformCallback } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { errors } from '#base/errors.js';
import { parseJson } from './json-parse.js';
import { JSON_DEPTH_MAX, type JsonFlaw, JsonScanner, quoteIntegers } from './json-scan.js';
import type { App, Surface } from './surface.js';

export function registerBodies(app: App, surface: Surface): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(/^application\/(?:[\w.-]+\+)?json(?:;|$)/i, readBody);
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: NodeJS.ReadableStream) => {
    if (isRaw(request)) return limited(request, payload);
    const type = request.headers['content-type'];
    if (surface.readsAnyTypeAsJson === true || type === undefined) return readJsonStream(request, payload);
    if (/^application\/x-www-form-urlencoded(?:;|$)/i.test(type)) return readForm(request, payload);
    throw errors.mediaTypeUnsupported(type.slice(0, 100));
  });
}

async function readBody(request: FastifyRequest, payload: NodeJS.ReadableStream): Promise<unknown> {
  return isRaw(request) ? limited(request, payload) : readJsonStream(request, payload);
}

const isRaw = (request: FastifyRequest) => request.routeOptions.config.body === 'raw';

const bytesMaxOf = (request: FastifyRequest) => request.routeOptions.bodyLimit;

/** Reads a stream as JSON under the route's limits; an empty body is undefined. */
export async function readJsonStream(request: FastifyRequest, payload: NodeJS.ReadableStream): Promise<unknown> {
  const scanner = new JsonScanner({ keepsBigIntegers: request.routeOptions.config.bigIntegers === 'text' });
  const bytes = await collect(request, payload, (chunk) => judge(scanner.feed(chunk), scanner));
  judge(scanner.end(), scanner);
  // An empty body is an absent one: the schema says whether that may be.
  if (bytes.length === 0) return undefined;
  const hasBigIntegers = scanner.bigIntegers.length > 0;
  const text = hasBigIntegers ? quoteIntegers(bytes, scanner.bigIntegers) : bytes;
  let value: unknown;
  try {
    value = await parseJson(text, hasBigIntegers ? undefined : scanner.longSpans);
  } catch (error) {
    if (error instanceof SyntaxError) throw errors.invalidJson();
    throw error;
  }
  if ((scanner.hasDisguisedText || text.includes('__proto__')) && hasPrototypeKey(value))
    throw errors.invalidParameter('body', "a member may not be named '__proto__'");
  return value;
}

async function readForm(request: FastifyRequest, payload: NodeJS.ReadableStream): Promise<Record<string, string>> {
  const bytes = await collect(request, payload, () => {});
  const form: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(bytes.toString('utf8'))) {
    if (value.includes('\0') || name.includes('\0')) throw errors.textNotStorable();
    form[name] = value;
  }
  return form;
}

function collect(
  request: FastifyRequest,
  payload: NodeJS.ReadableStream,
  look: (chunk: Buffer) => void,
): Promise<Buffer> {
  const bytesMax = bytesMaxOf(request);
  if (Number(request.headers['content-length']) > bytesMax) return refuse(payload, errors.bodyTooLarge(bytesMax));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = (error: unknown) => {
      payload.off('data', take);
      payload.resume();
      reject(error);
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length > bytesMax) return stop(errors.bodyTooLarge(bytesMax));
      try {
        look(chunk);
      } catch (error) {
        return stop(error);
      }
      chunks.push(chunk);
    };
    payload.on('data', take);
    payload.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    payload.once('error', () => reject(errors.bodyInterrupted()));
  });
}

function refuse(payload: NodeJS.ReadableStream, error: Error): Promise<never> {
  payload.resume();
  return Promise.reject(error);
}

/** The body as it comes, ending in bodyTooLarge where it grows over the route's limit. */
async function limited(request: FastifyRequest, payload: NodeJS.ReadableStream): Promise<NodeJS.ReadableStream> {
  const bytesMax = bytesMaxOf(request);
  if (Number(request.headers['content-length']) > bytesMax) return refuse(payload, errors.bodyTooLarge(bytesMax));
  let length = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      length += chunk.length;
      if (length > bytesMax) done(errors.bodyTooLarge(bytesMax));
      else done(null, chunk);
    },
  });
  payload.once('error', () => counted.destroy(errors.bodyInterrupted()));
  return payload.pipe(counted);
}

function judge(isFine: boolean, scanner: JsonScanner): void {
  if (!isFine) throw saidOf(scanner.flaw!);
}

const saidOf = (flaw: JsonFlaw) =>
  flaw === 'too-deep'
    ? errors.bodyTooDeep(JSON_DEPTH_MAX)
    : flaw === 'text-not-storable'
      ? errors.textNotStorable()
      : errors.numberNotExact(flaw === 'integer-too-big' ? 'integers reach up to 2^53' : 'numbers are finite');

/** Walks with its own stack; the depth was bounded before. */
function hasPrototypeKey(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (Object.hasOwn(next, '__proto__')) return true;
    for (const member of Object.values(next)) if (typeof member === 'object' && member !== null) open.push(member);
  }
  return false;
}
