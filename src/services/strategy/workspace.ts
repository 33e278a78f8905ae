/** Names that callers may give for files: inside the workspace, of the right kind, and never over what must not change (sigma 31, 13). */
import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, relative, resolve, sep } from 'node:path';
import { errors } from '#base/errors.js';

export interface Workspace {
  /** Absolute; made by whoever builds the desk. */
  readonly dir: string;
}

/** A matrix named by its sha is never written over: readers rely on it. */
const IMMUTABLE = /_[0-9a-f]{8}\.(csv|parquet)$/;

export interface WorkspaceFile {
  /** Where it stands on this machine: for our own hands only. */
  readonly path: string;
  /** Relative to the workspace, with forward slashes: what callers see. */
  readonly name: string;
}

/** Where a caller's output goes; its directories are made. Throws pathNotAllowed, which tells the field and never the place. */
export async function outputFile(
  workspace: Workspace,
  field: string,
  name: string,
  extension: '.csv' | '.json',
): Promise<WorkspaceFile> {
  const file = insideOf(workspace, field, name, extension);
  if (IMMUTABLE.test(file.name)) throw errors.pathNotAllowed(field, 'a file named by its hash is never written over');
  // Before any directory is made: making one through a link would already write outside.
  await refuseEscape(workspace, field, await nearestExisting(dirname(file.path)));
  await mkdir(dirname(file.path), { recursive: true });
  return file;
}

/** An existing file of the workspace. Throws pathNotAllowed also when there is none. */
export async function inputFile(
  workspace: Workspace,
  field: string,
  name: string,
  extension: '.csv' | '.json',
): Promise<WorkspaceFile> {
  const file = insideOf(workspace, field, name, extension);
  const found = await stat(file.path).catch(() => undefined);
  if (found === undefined || !found.isFile()) throw errors.pathNotAllowed(field, 'no such file in the workspace');
  await refuseEscape(workspace, field, file.path);
  return file;
}

/** Where our own files go, by names we made ourselves; their directories are made. */
export async function ownFile(workspace: Workspace, name: string): Promise<WorkspaceFile> {
  const path = resolve(workspace.dir, name);
  await mkdir(dirname(path), { recursive: true });
  return { path, name };
}

async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? nearestExisting(dirname(path)) : path;
}

function insideOf(workspace: Workspace, field: string, name: string, extension: string): WorkspaceFile {
  if (name.length === 0 || name.length > 512) throw errors.pathNotAllowed(field, 'must have 1 to 512 characters');
  if (/[\0\\]/.test(name)) throw errors.pathNotAllowed(field, 'may hold no NUL and no backslash');
  if (name.split('/').includes('..')) throw errors.pathNotAllowed(field, 'may not climb');
  const path = resolve(workspace.dir, name);
  const inside = relative(workspace.dir, path);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside))
    throw errors.pathNotAllowed(field, 'must be inside the workspace');
  if (extname(path).toLowerCase() !== extension) throw errors.pathNotAllowed(field, `must end in ${extension}`);
  return { path, name: inside.split(sep).join('/') };
}

/** A link inside the workspace may lead out of it; what counts is where the path really ends. */
async function refuseEscape(workspace: Workspace, field: string, path: string): Promise<void> {
  const [root, real] = await Promise.all([realpath(workspace.dir), realpath(path)]);
  if (real !== root && !real.startsWith(root + sep)) throw errors.pathNotAllowed(field, 'must be inside the workspace');
}
