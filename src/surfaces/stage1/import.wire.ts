/** CSV imports on the wire: a JSON body, a form with a file, or the file itself (stage1.md 6.7). */
import { type Readable, Transform } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { errors } from '#base/errors.js';
import type { ImportRequest } from '#services/research/import.service.js';
import { TIME_UNITS } from '#services/research/time-unit.js';
import { readJsonStream } from '../http/body.js';
import { FaultsError, faultsOf } from '../http/faults.js';
import { removeSpooled, type SpooledBody, spoolBody } from '../http/upload.js';
import { orNothing } from './fields.js';

const options = {
  filename: orNothing(z.string().max(1000)),
  timestamp_unit: orNothing(z.enum(TIME_UNITS)),
  on_error: orNothing(z.enum(['abort', 'skip'])),
  /** In a form or a query: names with commas between them. */
  dedup_keys: orNothing(z.union([z.array(z.string()), z.string().transform(splitNames)])),
  delimiter: orNothing(z.union([z.enum([',', ';', '\t']), z.enum(['tab', '\\t']).transform(() => '\t' as const)])),
};

const Options = z.looseObject({ measurement: z.string(), ...options });

/** What a JSON body holds; documented, and checked after the body has been read. */
export const ImportPost = z.looseObject({ measurement: z.string(), data: z.string(), ...options });

/** For a raw CSV body; a form carries them as fields. */
export const ImportQuery = z.looseObject({ measurement: z.string().optional() });

export const ImportResultWire = z.looseObject({ success: z.boolean(), message: z.string(), measurement: z.string() });

export const ImportSentWire = z.looseObject({
  job_id: z.string(),
  status: z.string(),
  message: z.string(),
  poll_url: z.string(),
});

/** Reads the body, whatever its form; a file in it lies in `uploadDir` afterwards, and belongs to the caller. */
export async function readImport(
  request: FastifyRequest,
  { uploadDir, jsonBytesMax }: { uploadDir: string; jsonBytesMax: number },
): Promise<ImportRequest> {
  const isStreamed = STREAMED.test(request.headers['content-type'] ?? '');
  const body = isStreamed ? await spoolBody(request, uploadDir) : await readHeld(request, jsonBytesMax);
  try {
    return toImportRequest(body, request.query as Record<string, unknown>);
  } catch (error) {
    await removeSpooled(body);
    throw error;
  }
}

/** These go to a file while they arrive; anything else is JSON and is held in memory. */
const STREAMED = /^(?:multipart\/form-data|text\/csv|application\/csv|application\/octet-stream)/i;

/** JSON within its own limit: the route's is that of files. */
async function readHeld(request: FastifyRequest, bytesMax: number): Promise<SpooledBody> {
  if (Number(request.headers['content-length']) > bytesMax) throw errors.bodyTooLarge(bytesMax);
  const body = request.body as Readable;
  let length = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      done(length > bytesMax ? errors.bodyTooLarge(bytesMax) : null, chunk);
    },
  });
  body.once('error', (error) => counted.destroy(error));
  try {
    return { kind: 'json', json: await readJsonStream(request, body.pipe(counted)) };
  } catch (error) {
    // The rest is read and forgotten, so that the client hears the answer.
    body.resume();
    throw length > bytesMax ? errors.bodyTooLarge(bytesMax) : error;
  }
}

function toImportRequest(body: SpooledBody, query: Record<string, unknown>): ImportRequest {
  if (body.kind === 'json') {
    const { data, ...rest } = check(ImportPost, { ...query, ...asObject(body.json) });
    return { ...toOptions(rest), csv: { text: data } };
  }
  if (body.kind === 'file') return { ...toOptions(check(Options, query)), csv: { spooledPath: body.file.path } };
  return fromForm(body, query);
}

function fromForm({ fields, files }: Extract<SpooledBody, { kind: 'form' }>, query: object): ImportRequest {
  const checked = check(Options, { ...query, ...fields });
  const [file, ...others] = files;
  if (others.length > 0) throw errors.invalidParameter('file', 'one file at a time');
  if (file !== undefined)
    return {
      ...toOptions({ ...checked, filename: checked.filename ?? file.filename }),
      csv: { spooledPath: file.path },
    };
  const text = fields['file'] ?? fields['data'];
  if (text === undefined) throw errors.missingParameter('file');
  return { ...toOptions(checked), csv: { text } };
}

const toOptions = (checked: z.output<typeof Options>): Omit<ImportRequest, 'csv'> => ({
  measurement: checked.measurement,
  filename: checked.filename || undefined,
  timestampUnit: checked.timestamp_unit,
  onError: checked.on_error,
  dedupKeys: checked.dedup_keys,
  delimiter: checked.delimiter,
});

function check<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (!result.success) throw new FaultsError(faultsOf(result.error.issues, 'body', value));
  return result.data;
}

function asObject(json: unknown): object {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw errors.invalidJson();
  return json;
}

function splitNames(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
