/**
 * One moment of the house, held still while it lives on: the rows and the measurements as they were, and the uploads of jobs that were
 * not finished.
 *
 * The rows are fixed first and the measurements a few milliseconds later: whatever a row speaks of is there. What was dropped in between,
 * and an upload whose job ended in between, is seen, and then the moment is taken again.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import type { MeasurementSnapshot } from '#data/timeseries/port.js';
import { openRowSnapshot, type RowSnapshot } from '#store/backup/row-snapshot.js';
import type { BackupDesk } from './desk.js';

export interface Moment {
  readonly rows: RowSnapshot;
  /** Undefined where the measurements stand in a server that makes its own backups. */
  readonly measurements: MeasurementSnapshot | undefined;
  /** The uploads of unfinished jobs, by name; hard links, which stay when the job ends. */
  readonly uploads: readonly { readonly name: string; readonly path: string }[];
  /** For files on their way into the backup. */
  readonly tmpDir: string;
  close(): Promise<void>;
}

const ATTEMPTS = 5;

/** Errors: databaseUnavailable, storeUnavailable, backupUnsettled. */
export async function holdMoment(desk: BackupDesk): Promise<Moment> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const moment = await tryMoment(desk);
    if (moment !== undefined) return moment;
  }
  throw errors.backupUnsettled();
}

async function tryMoment(desk: BackupDesk): Promise<Moment | undefined> {
  const tmpDir = join(desk.paths.tmp, `backup-${randomBytes(6).toString('hex')}`);
  const held = join(tmpDir, 'uploads');
  await mkdir(held, { recursive: true, mode: 0o700 });
  const opened: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
    await rm(tmpDir, { recursive: true, force: true });
  };
  try {
    await linkUploads(desk.uploadDir, held);
    const before = await measuredNames(desk);
    const rows = await openRowSnapshot(desk.database);
    opened.push(rows);
    const measurements = await desk.measurements.openSnapshot?.();
    if (measurements !== undefined) opened.push(measurements);
    // Those that came between the first look and the moment.
    await linkUploads(desk.uploadDir, held);
    const uploads = await unfinishedUploads(rows, held);
    const after = new Set(measurements?.measurements.map(({ name }) => name) ?? before);
    if (uploads !== undefined && before.every((name) => after.has(name)))
      return { rows, measurements, uploads, tmpDir, close };
    await close();
    return undefined;
  } catch (error) {
    await close();
    throw error;
  }
}

const measuredNames = async ({ measurements }: BackupDesk): Promise<string[]> =>
  measurements.openSnapshot === undefined ? [] : (await measurements.list()).map(({ name }) => name);

/** A hard link costs nothing and keeps the bytes; on a file system without them the upload is read in place. */
async function linkUploads(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch(absent([]));
  for (const name of names.filter((one) => /^import_[A-Za-z0-9-]+\.csv$/.test(one)))
    await link(join(from, name), join(to, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
    });
}

/** Undefined when one of them went before it could be held. */
async function unfinishedUploads(rows: RowSnapshot, held: string): Promise<Moment['uploads'] | undefined> {
  const wanted = await rows.ask<{ name: string }>(
    "select payload->>'file_path' as name from job where status in ('queued', 'running') and payload ? 'file_path' order by 1",
  );
  const there = new Set(await readdir(held));
  const uploads = wanted.filter(({ name }) => there.has(name)).map(({ name }) => ({ name, path: join(held, name) }));
  return uploads.length === wanted.length ? uploads : undefined;
}

/** For a directory that nobody has made yet. */
export const absent =
  <T>(value: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return value;
    throw error;
  };
