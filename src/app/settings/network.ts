/** Where we listen, who may call from where, and whom we may call. */
import { optional, setting } from '../setting.js';
import { flag, list, origins, port, text } from '../setting-kinds.js';

const LOOPBACK_ORIGINS = 'loopback origins';

/** forecastlab.md 1: the development servers its web client runs on. */
const FORECASTLAB_ORIGINS = [5173, 5174, 5175].flatMap((number) => [
  `http://localhost:${number}`,
  `http://127.0.0.1:${number}`,
]);

export const networkSettings = {
  host: setting({
    name: 'ALMANAC_HOST',
    group: 'network',
    kind: text,
    fallback: '127.0.0.1',
    aliases: ['API_HOST'],
    doc: 'Bind address of every listener.',
  }),
  gatewayPort: setting({
    name: 'ALMANAC_PORT',
    group: 'network',
    kind: port,
    fallback: 8080,
    doc: 'Gateway and dashboard. For every port: 0 is any free port, off is no listener.',
  }),
  umikiPort: setting({
    name: 'ALMANAC_UMIKI_PORT',
    group: 'network',
    kind: port,
    fallback: 8000,
    doc: 'Order-book data (umiki).',
  }),
  sigmaPort: setting({
    name: 'ALMANAC_SIGMA_PORT',
    group: 'network',
    kind: port,
    fallback: 8001,
    doc: 'Strategy lab (sigma).',
  }),
  stage1Port: setting({
    name: 'ALMANAC_STAGE1_PORT',
    group: 'network',
    kind: port,
    fallback: 8081,
    aliases: ['STAGE1_HTTP_PORT'],
    stage1Keys: ['http_port'],
    doc: 'Walk-forward store and measurements (stage1).',
  }),
  stage1TlsPort: setting({
    name: 'ALMANAC_STAGE1_TLS_PORT',
    group: 'network',
    kind: port,
    fallback: 8444,
    aliases: ['STAGE1_HTTPS_PORT'],
    stage1Keys: ['https_port'],
    fallbackSays: '8444, only with a certificate',
    doc: 'Stage1 over TLS.',
  }),
  forecastlabPort: setting({
    name: 'ALMANAC_FORECASTLAB_PORT',
    group: 'network',
    kind: port,
    fallback: 8123,
    aliases: ['API_PORT'],
    doc: 'Retail demand (forecastlab).',
  }),
  tlsCert: optional<string>({
    name: 'ALMANAC_TLS_CERT',
    group: 'network',
    kind: text,
    aliases: ['STAGE1_TLS_CERT'],
    stage1Keys: ['tls.cert'],
    doc: 'Certificate file (PEM) of the TLS listener; without it there is none.',
  }),
  tlsKey: optional<string>({
    name: 'ALMANAC_TLS_KEY',
    group: 'network',
    kind: text,
    aliases: ['STAGE1_TLS_KEY'],
    stage1Keys: ['tls.key'],
    doc: 'Key file (PEM) that belongs to the certificate.',
  }),
  allowOpen: setting({
    name: 'ALMANAC_ALLOW_OPEN',
    group: 'network',
    kind: flag,
    fallback: false,
    doc: 'Lets listeners without authentication bind beyond loopback.',
  }),
  allowedHosts: setting<readonly string[]>({
    name: 'ALMANAC_ALLOWED_HOSTS',
    group: 'network',
    kind: list,
    fallback: [],
    fallbackSays: 'loopback names and the bind address',
    doc: 'Further names that a Host header may carry, without ports.',
  }),
  corsOrigins: optional<'*' | readonly string[]>({
    name: 'ALMANAC_CORS_ORIGINS',
    group: 'network',
    kind: origins,
    fallbackSays: LOOPBACK_ORIGINS,
    doc: 'Origins whose pages may call the gateway and sigma.',
  }),
  forecastlabCorsOrigins: setting<'*' | readonly string[]>({
    name: 'ALMANAC_FORECASTLAB_CORS_ORIGINS',
    group: 'network',
    kind: origins,
    fallback: FORECASTLAB_ORIGINS,
    aliases: ['CORS_ORIGINS'],
    fallbackSays: 'localhost and 127.0.0.1, ports 5173 to 5175',
    doc: 'Origins whose pages may call forecastlab.',
  }),
  egressAllow: setting<readonly string[]>({
    name: 'ALMANAC_EGRESS_ALLOW',
    group: 'network',
    kind: list,
    fallback: [],
    doc: 'Private host:port or CIDR that webhooks and model hosts may reach; * is any, for tests.',
  }),
};
