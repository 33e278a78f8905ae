/** Every surface with its desk, built once, the gateway last, because it hands on to the others. */
import type { IdentityDesk } from '#services/identity/desk.js';
import type { MarketDesk } from '#services/market/desk.js';
import { createMetrics } from '#services/operations/metrics.service.js';
import { findArtifactOf } from '#services/strategy/artifact-names.js';
import { strategyRecipes } from '#services/strategy/recipes.js';
import { ping } from '#store/database.js';
import { forecastlabSurface } from '#surfaces/forecastlab/index.js';
import { gatewaySurface } from '#surfaces/gateway/index.js';
import { createListener, type ListenerOptions } from '#surfaces/http/listener.js';
import type { App } from '#surfaces/http/surface.js';
import { umikiSurface } from '#surfaces/umiki/index.js';
import { backupDesk } from './backup.js';
import type { House } from './house.js';
import type { ListenerName } from './listeners.js';
import { makeSigma } from './sigma.js';
import { makeStage1, researchDesk } from './stage1.js';
import { version } from './version.js';

export interface SurfaceRequest {
  readonly house: House;
  readonly identity: IdentityDesk;
  readonly market: MarketDesk;
  /** Where the listeners are bound; asked only after they are. */
  readonly addresses: () => Readonly<Record<string, string>>;
}

export async function buildSurfaces({
  house,
  identity,
  market,
  addresses,
}: SurfaceRequest): Promise<ReadonlyMap<ListenerName, App>> {
  const { config, clock, startedAtMs } = house;
  const metrics = createMetrics({ ...house, version });
  const options: ListenerOptions = {
    log: house.log,
    trail: house.trail,
    audit: house.audit,
    meter: metrics,
    hosts: config.allowedHosts,
    version,
  };
  const isReady = () => answers(house.db);
  const research = researchDesk(house);
  const stage1 = makeStage1(house, research);
  const surfaces = {
    umiki: await createListener(umikiSurface({ ...market, isReady }), options),
    sigma: await createListener(makeSigma(house, identity), options),
    stage1: await createListener(stage1, options),
    forecastlab: await createListener(
      forecastlabSurface({ isReady, corsOrigins: config.forecastlabCorsOrigins }),
      options,
    ),
  };
  await Promise.all(Object.values(surfaces).map((app) => app.ready()));
  const gateway = gatewaySurface({
    stores: research,
    jobs: house,
    market,
    lineage: { ...house, codeVersion: version, recipes: strategyRecipes(house) },
    identity,
    metrics,
    clock,
    version,
    startedAtMs,
    authMode: config.authRequired ? 'required' : 'optional',
    corsOrigins: config.corsOrigins ?? ['loopback'],
    surfaces,
    addresses,
    findArtifactOf: (id) => findArtifactOf(house, id),
    backup: backupDesk(house),
  });
  const apps = new Map<ListenerName, App>([
    ['gateway', await createListener(gateway, options)],
    ...entriesOf(surfaces),
  ]);
  if (config.tlsCert !== null && config.tlsKey !== null) {
    const tls = { certPath: config.tlsCert, keyPath: config.tlsKey };
    apps.set('stage1Tls', await createListener(stage1, { ...options, tls }));
  }
  return apps;
}

const entriesOf = (surfaces: Partial<Record<ListenerName, App>>) => Object.entries(surfaces) as [ListenerName, App][];

/** Whether the database answers a question: what the surfaces that have no store of their own yet call ready. */
const answers = async (db: House['db']): Promise<boolean> =>
  ping(db).then(
    () => true,
    () => false,
  );
