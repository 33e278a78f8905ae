/** What settings may not say together: listeners open to the network, doors without keys, two listeners on one port. */
import { isLoopback } from './loopback.js';
import type { Config } from './settings.js';

/** One line for each contradiction. */
export function findContradictions(config: Config): string[] {
  return [...openListeners(config), ...doorsWithoutKeys(config), ...sharedPorts(config), ...writesToNowhere(config)];
}

interface Listener {
  readonly name: string;
  readonly setting: string;
  readonly port: number | 'off';
  readonly asksWhoCalls: boolean;
  readonly remedy: string;
}

const hasTls = (config: Config) => config.tlsCert !== null && config.tlsKey !== null;

function listenersOf(config: Config): Listener[] {
  const token = 'set ALMANAC_AUTH=required';
  const stage1 = 'set STAGE1_ENABLE_AUTH=1 and STAGE1_API_TOKEN';
  const none = (setting: string) => `set ${setting}=off`;
  const { authRequired, stage1EnableAuth } = config;
  const stage1TlsPort = hasTls(config) ? config.stage1TlsPort : 'off';
  return [
    { name: 'gateway', setting: 'ALMANAC_PORT', port: config.gatewayPort, asksWhoCalls: authRequired, remedy: token },
    { name: 'sigma', setting: 'ALMANAC_SIGMA_PORT', port: config.sigmaPort, asksWhoCalls: authRequired, remedy: token },
    {
      name: 'stage1',
      setting: 'ALMANAC_STAGE1_PORT',
      port: config.stage1Port,
      asksWhoCalls: stage1EnableAuth,
      remedy: stage1,
    },
    {
      name: 'stage1 over TLS',
      setting: 'ALMANAC_STAGE1_TLS_PORT',
      port: stage1TlsPort,
      asksWhoCalls: stage1EnableAuth,
      remedy: stage1,
    },
    {
      name: 'umiki',
      setting: 'ALMANAC_UMIKI_PORT',
      port: config.umikiPort,
      asksWhoCalls: false,
      remedy: none('ALMANAC_UMIKI_PORT'),
    },
    {
      name: 'forecastlab',
      setting: 'ALMANAC_FORECASTLAB_PORT',
      port: config.forecastlabPort,
      asksWhoCalls: false,
      remedy: none('ALMANAC_FORECASTLAB_PORT'),
    },
  ];
}

/** Anyone on the network could read and write through a listener that asks nobody who calls (DESIGN 8). */
function openListeners(config: Config): string[] {
  if (config.allowOpen || isLoopback(config.host)) return [];
  return listenersOf(config)
    .filter(({ port, asksWhoCalls }) => port !== 'off' && !asksWhoCalls)
    .map(
      ({ name, remedy }) =>
        `ALMANAC_HOST: ${name} would listen on ${config.host} without authentication; ${remedy}, or set ALMANAC_ALLOW_OPEN=1`,
    );
}

function doorsWithoutKeys(config: Config): string[] {
  const faults: string[] = [];
  if (config.stage1EnableAuth && config.stage1ApiTokens.length === 0)
    faults.push('STAGE1_ENABLE_AUTH: no token is configured, so nobody could enter; set STAGE1_API_TOKEN');
  if (config.tlsCert !== null && config.tlsKey === null)
    faults.push('ALMANAC_TLS_CERT: a certificate needs its key; set ALMANAC_TLS_KEY');
  if (config.tlsKey !== null && config.tlsCert === null)
    faults.push('ALMANAC_TLS_KEY: a key needs its certificate; set ALMANAC_TLS_CERT');
  return faults;
}

/** ILP over TCP is one half of a QuestDB; without the other, rows would go where nobody reads them. */
const writesToNowhere = ({ questdbUrl, questdbIlp }: Config): string[] =>
  questdbIlp !== null && questdbUrl === null
    ? ['ALMANAC_QUESTDB_ILP: an address to write to needs one to read from; set QUESTDB_URL']
    : [];

function sharedPorts(config: Config): string[] {
  const settingByPort = new Map<number, string>();
  const faults: string[] = [];
  for (const { setting, port } of listenersOf(config)) {
    if (port === 'off' || port === 0) continue;
    const other = settingByPort.get(port);
    if (other !== undefined) faults.push(`${setting}: port ${port} is already that of ${other}`);
    settingByPort.set(port, setting);
  }
  return faults;
}
