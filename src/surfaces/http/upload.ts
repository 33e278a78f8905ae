/**
 * Bodies too large for memory go to a file while they arrive: a raw CSV, the files of a multipart form.
 * For routes with `config: { body: 'raw' }`. The caller owns the files and removes them.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyRequest } from 'fastify';
import { errors } from '#base/errors.js';
import { readJsonStream } from './body.js';

export interface SpooledFile {
  /** The form field it came under; empty for a whole body. */
  readonly field: string;
  /** As the client named it: a label, never a path. */
  readonly filename: string;
  readonly contentType: string;
  readonly path: string;
  readonly bytes: number;
}

export type SpooledBody =
  | { readonly kind: 'json'; readonly json: unknown }
  | { readonly kind: 'file'; readonly file: SpooledFile }
  | {
      readonly kind: 'form';
      readonly fields: Readonly<Record<string, string>>;
      readonly files: readonly SpooledFile[];
    };

/** A field is held in memory: options, never the data, which is a file. */
const FIELD_BYTES_MAX = 1024 * 1024;

/**
 * Reads a raw body by its content type: multipart forms to fields and files, text/csv and octet-stream to one file,
 * anything else as JSON. Nothing stays on disk when it throws.
 */
export async function spoolBody(request: FastifyRequest, dir: string): Promise<SpooledBody> {
  const type = (request.headers['content-type'] ?? '').toLowerCase();
  if (type.startsWith('multipart/form-data')) return spoolForm(request, dir);
  if (/^(?:text\/csv|application\/csv|application\/octet-stream)/.test(type)) {
    const file = await spool(request.body as Readable, dir, { field: '', filename: '', contentType: type });
    return { kind: 'file', file };
  }
  return { kind: 'json', json: await readJsonStream(request, request.body as Readable) };
}

async function spoolForm(request: FastifyRequest, dir: string): Promise<SpooledBody> {
  const fields: Record<string, string> = Object.create(null);
  const files: SpooledFile[] = [];
  const bytesMax = request.routeOptions.bodyLimit;
  if (Number(request.headers['content-length']) > bytesMax) throw errors.bodyTooLarge(bytesMax);
  try {
    const parts = request.parts({
      limits: { fileSize: bytesMax, fieldSize: FIELD_BYTES_MAX, fields: 100, files: 20, parts: 120 },
    });
    for await (const part of parts) {
      if (part.type === 'field') {
        const value = String(part.value);
        if (value.includes('\0')) throw errors.textNotStorable();
        fields[part.fieldname] = value;
      } else {
        const { fieldname: field, filename, mimetype: contentType } = part;
        files.push(await spool(part.file, dir, { field, filename, contentType }));
        if (part.file.truncated) throw errors.bodyTooLarge(bytesMax);
      }
    }
  } catch (error) {
    await removeSpooled({ kind: 'form', fields, files });
    throw error;
  }
  return { kind: 'form', fields, files };
}

/** Removes what spoolBody wrote; to be called when the work with it is done or has failed. */
export async function removeSpooled(body: SpooledBody): Promise<void> {
  const files = body.kind === 'form' ? body.files : body.kind === 'file' ? [body.file] : [];
  await Promise.all(files.map((file) => rm(file.path, { force: true })));
}

async function spool(
  from: Readable,
  dir: string,
  about: { field: string; filename: string; contentType: string },
): Promise<SpooledFile> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, `upload-${randomUUID()}`);
  const to = createWriteStream(path, { flags: 'wx', highWaterMark: 1024 * 1024 });
  try {
    await pipeline(from, to);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { ...about, path, bytes: to.bytesWritten };
}
