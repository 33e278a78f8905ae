/** Every listener with its address and the setting that chose it: one list, from which they are built, bound and written down. */
import type { App, SurfaceName } from '#surfaces/http/surface.js';
import type { Config } from './config.js';
import { listen } from './listen.js';

export type ListenerName = SurfaceName | 'stage1Tls';

/** What run.json and the start lines call them, in the order in which they are shown. */
export const LISTENERS = [
  { name: 'gateway', surface: 'gateway', port: 'gatewayPort', setting: 'ALMANAC_PORT' },
  { name: 'umiki', surface: 'umiki', port: 'umikiPort', setting: 'ALMANAC_UMIKI_PORT' },
  { name: 'sigma', surface: 'sigma', port: 'sigmaPort', setting: 'ALMANAC_SIGMA_PORT' },
  { name: 'stage1', surface: 'stage1', port: 'stage1Port', setting: 'ALMANAC_STAGE1_PORT' },
  { name: 'stage1Tls', surface: 'stage1', port: 'stage1TlsPort', setting: 'ALMANAC_STAGE1_TLS_PORT' },
  { name: 'forecastlab', surface: 'forecastlab', port: 'forecastlabPort', setting: 'ALMANAC_FORECASTLAB_PORT' },
] as const satisfies readonly { name: ListenerName; surface: SurfaceName; port: keyof Config; setting: string }[];

type ListenerPlan = (typeof LISTENERS)[number];

/** The listeners that the configuration asks for: a port that is `off`, or TLS without a certificate, is none. */
export const wantedListeners = (config: Config): ListenerPlan[] =>
  LISTENERS.filter(({ name, port }) => config[port] !== 'off' && (name !== 'stage1Tls' || config.tlsCert !== null));

/** Binds one after another, so that the first taken port is the one that is named. */
export async function bindListeners(
  config: Config,
  apps: ReadonlyMap<ListenerName, App>,
): Promise<Partial<Record<ListenerName, string>>> {
  const addresses: Partial<Record<ListenerName, string>> = {};
  for (const { name, port, setting } of wantedListeners(config)) {
    const app = apps.get(name);
    const number = config[port];
    if (app === undefined || number === 'off') continue;
    const scheme = name === 'stage1Tls' ? 'https' : 'http';
    addresses[name] = await listen(app, { host: config.host, port: number, setting, scheme });
  }
  return addresses;
}
