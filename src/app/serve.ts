/** A server or a worker out of the house: job types known, surfaces bound, worker and reaper at work. */

import { hostname } from 'node:os';
import { type AppError, errors } from '#base/errors.js';
import type { Log } from '#base/log.js';
import { startReaper } from '#jobs/reaper.js';
import { startWorker as startJobWorker } from '#jobs/worker.js';
import { sweepUploads } from '#services/research/import.service.js';
import { LANES } from '#store/job.store.js';
import { remember } from '#store/memory.js';
import { makeClosers } from './closers.js';
import type { Config } from './config.js';
import { announce, findSkew, watchSkew } from './deployment.js';
import { type House, openHouse } from './house.js';
import { openIdentity, seedAdmin } from './identity.js';
import { makeJobTypes } from './job-types.js';
import { bindListeners, type ListenerName } from './listeners.js';
import { removeRunFile, writeRunFile } from './run-file.js';
import { loadShippedPacks, strategyDesk } from './sigma.js';
import { researchDesk } from './stage1.js';
import { buildSurfaces } from './surfaces.js';
import { openMarket, settleMarket } from './umiki.js';
import { version } from './version.js';

export interface Server {
  /** Base URLs by listener, as in run.json. */
  readonly listeners: Readonly<Partial<Record<ListenerName, string>>>;
  readonly house: House;
  /** Answers what is in flight, gives running jobs back, and closes the storage. */
  close(): Promise<void>;
}

/** Errors: those of openHouse, portTaken, portDenied. */
export async function startServer(config: Config, { log }: { log: Log }): Promise<Server> {
  const house = await openHouse(config, { log, role: 'server' });
  const closers = makeClosers();
  const close = async () => {
    await closers.closeAll((what, error) => log.warn({ what, error: String(error) }, 'something would not close'));
    await house.close();
  };
  if (house.isSoleOwner) remember(house.db);
  try {
    const identity = await openIdentity(house);
    const passwordPath = await seedAdmin(house, identity);
    if (passwordPath !== undefined)
      log.warn({ passwordPath }, 'the first admin was made; its password is in this file');
    let listeners: Server['listeners'] = {};
    await loadShippedPacks(house, strategyDesk(house));
    await sweepUploads(researchDesk(house));
    const market = openMarket(house);
    closers.add('zone reader', async () => market.reader.close());
    await settleMarket(market);
    await announce(house);
    const jobTypes = makeJobTypes(house, market);
    const apps = await buildSurfaces({ house, identity, market, addresses: () => listeners });
    for (const [name, app] of apps) closers.add(name, () => app.close());
    house.queue.register(jobTypes);
    listeners = await bindListeners(config, apps);
    const reaper = await startReaper({ ...house, types: jobTypes }, { isSoleOwner: house.isSoleOwner });
    closers.add('reaper', () => reaper.close());
    const worker = startJobWorker({
      ...house,
      types: jobTypes,
      name: `server-${process.pid}-${house.ids.uuid()}`,
      hands: config.jobs,
      // With no compute threads of its own the server keeps only what no worker can do.
      lanes: config.workers > 0 ? LANES : config.questdbUrl === null ? ['measurements'] : [],
    });
    closers.add('worker', () => worker.close());
    const startedAt = new Date(house.startedAtMs).toISOString();
    await writeRunFile(house.paths.root, { pid: process.pid, startedAt, listeners });
    closers.add('run file', () => removeRunFile(house.paths.root));
    return { listeners, house, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface Worker {
  /** Resolves with the reason when the server changed in a way that this worker cannot follow: close it then. */
  readonly skew: Promise<AppError>;
  /** Lets running jobs end for a moment, gives the others back, and closes the storage. */
  close(): Promise<void>;
}

/**
 * Takes jobs from a database that it shares with a server; those that need measurements only where a QuestDB holds them.
 * Errors: those of openHouse, workerVersionSkew, workerOtherTree, workerOtherMeasurements.
 */
export async function startWorker(config: Config, { log }: { log: Log }): Promise<Worker> {
  if (config.databaseUrl === null)
    throw errors.settingInvalid('DATABASE_URL', 'a worker needs a database that it shares with the server');
  const house = await openHouse(config, { log, role: 'worker' });
  const closers = makeClosers();
  const close = async () => {
    await closers.closeAll((what, error) => log.warn({ what, error: String(error) }, 'something would not close'));
    await house.close();
  };
  try {
    const why = await findSkew(house);
    if (why !== undefined) throw why;
    const market = openMarket(house);
    closers.add('zone reader', () => market.reader.close());
    const types = makeJobTypes(house, market);
    house.queue.register(types);
    const reaper = await startReaper({ ...house, types }, { isSoleOwner: false });
    closers.add('reaper', () => reaper.close());
    const worker = startJobWorker({
      ...house,
      types,
      name: `worker-${hostname()}-${process.pid}-${house.ids.uuid()}`,
      hands: config.jobs,
      lanes: config.questdbUrl === null ? ['general'] : LANES,
      codeVersion: version,
    });
    closers.add('worker', () => worker.close());
    const skew = new Promise<AppError>((tell) => {
      const watch = watchSkew(house, tell);
      closers.add('version watch', () => watch.close());
    });
    return { skew, close };
  } catch (error) {
    await close();
    throw error;
  }
}
