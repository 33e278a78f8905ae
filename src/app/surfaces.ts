/** Every surface with its desk, built once; and the job types that their services know. */
import { sql } from 'kysely';
import type { JobType } from '#jobs/job-type.js';
import { forecastlabSurface } from '#surfaces/forecastlab/index.js';
import { createListener, type ListenerOptions } from '#surfaces/http/listener.js';
import type { App } from '#surfaces/http/surface.js';
import { umikiSurface } from '#surfaces/umiki/index.js';
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
  const isReady = () => answers(house.db);
  const stage1 = makeStage1(house, research);
  const apps = new Map<ListenerName, App>();
  apps.set('umiki', await createListener(umikiSurface({ isReady }), options));
  apps.set('stage1', await createListener(stage1, options));
  const forecastlab = forecastlabSurface({ isReady, corsOrigins: config.forecastlabCorsOrigins });
  apps.set('forecastlab', await createListener(forecastlab, options));
  if (config.tlsCert !== null && config.tlsKey !== null)
    apps.set(
      'stage1Tls',
      await createListener(stage1, { ...options, tls: { certPath: config.tlsCert, keyPath: config.tlsKey } }),
    );
  return { apps, jobTypes: researchJobs(research) };
}

/** Whether the database answers a question: what the surfaces that have no store of their own yet call ready. */
const answers = async (db: House['db']): Promise<boolean> =>
  sql`select 1`.execute(db).then(
    () => true,
    () => false,
  );
