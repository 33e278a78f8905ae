/** Which code, tree and measurement backend serve a database: the server says it at its start, a worker holds itself against it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AppError, errors } from '#base/errors.js';
import { writeFileDurably } from '#data/files/durable.js';
import { announceDeployment, findDeployment } from '#store/deployment.store.js';
import type { House } from './house.js';
import { version } from './version.js';

type Home = Pick<House, 'db' | 'paths' | 'ids' | 'measurements' | 'config'>;

const treeFile = (root: string) => join(root, 'tree-id');

/** Call before jobs are taken. The tree is named once, by the first server in it. */
export async function announce({ db, paths, ids, measurements }: Home): Promise<void> {
  const file = treeFile(paths.root);
  if (!existsSync(file)) await writeFileDurably(file, `${ids.uuid()}\n`, { mode: 0o644 });
  await announceDeployment(db, {
    codeVersion: version,
    treeId: readTreeId(paths.root)!,
    measurements: measurements.backend,
  });
}

/** Why this process may not work beside the server; undefined when it may. */
export async function findSkew({ db, paths, config }: Home): Promise<AppError | undefined> {
  const server = await findDeployment(db);
  if (server === undefined) return errors.workerTooEarly();
  if (server.codeVersion !== version) return errors.workerVersionSkew(version, server.codeVersion);
  if (server.treeId !== readTreeId(paths.root)) return errors.workerOtherTree(paths.root);
  if (config.questdbUrl !== null && server.measurements !== 'questdb') return errors.workerOtherMeasurements();
  return undefined;
}

const readTreeId = (root: string) =>
  existsSync(treeFile(root)) ? readFileSync(treeFile(root), 'utf8').trim() : undefined;

/** An upgrade of the server under a running worker is noticed within this; its claims find nothing from the first moment. */
const LOOK_EVERY_MS = 5_000;

/** Calls `onSkew` once, when the server changed in a way that this worker cannot follow. */
export function watchSkew(house: Home & Pick<House, 'log'>, onSkew: (why: AppError) => void): { close(): void } {
  const timer = setInterval(async () => {
    try {
      const why = await findSkew(house);
      if (why === undefined) return;
      clearInterval(timer);
      onSkew(why);
    } catch (error) {
      house.log.debug({ error: String(error) }, 'the server of this database could not be asked for its version');
    }
  }, LOOK_EVERY_MS);
  return { close: () => clearInterval(timer) };
}
