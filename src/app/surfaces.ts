/** Every surface with its desk, built once; and the job types that their services know. */
import type { JobType } from '#jobs/job-type.js';
import { createListener, type ListenerOptions } from '#surfaces/http/listener.js';
import type { App } from '#surfaces/http/surface.js';
import type { House } from './house.js';
import type { ListenerName } from './listeners.js';
import { makeStage1, researchDesk, researchJobs } from './stage1.js';
import { version } from './version.js';

export interface BuiltSurfaces {
  readonly apps: ReadonlyMap<ListenerName, App>;
  readonly jobTypes: readonly JobType[];
}

export async function buildSurfaces(house: House): Promise<BuiltSurfaces> {
  const { config } = house;
  const research = researchDesk(house);
  const options: ListenerOptions = { log: house.log, audit: house.audit, hosts: config.allowedHosts, version };
  const stage1 = makeStage1(house, research);
  const apps = new Map<ListenerName, App>();
  apps.set('stage1', await createListener(stage1, options));
  if (config.tlsCert !== null && config.tlsKey !== null)
    apps.set(
      'stage1Tls',
      await createListener(stage1, { ...options, tls: { certPath: config.tlsCert, keyPath: config.tlsKey } }),
    );
  return { apps, jobTypes: researchJobs(research) };
}
