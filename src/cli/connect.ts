/** A server to talk to: the one that runs in the data directory, else one of our own for as long as the command lasts. */
import type { Config } from '#app/config.js';
import { makeLog } from '#app/makers.js';
import { findRunningServer } from '#app/run-file.js';

/** Base URLs by surface, as in run.json. */
export type Listeners = Readonly<Record<string, string>>;

/** Any free port for every listener, on loopback: nobody else is meant to find this server. */
export const privatePlaces = {
  host: '127.0.0.1',
  authRequired: false,
  gatewayPort: 0,
  umikiPort: 0,
  sigmaPort: 0,
  stage1Port: 0,
  stage1TlsPort: 'off',
  forecastlabPort: 0,
} as const;

export async function withServer<T>(config: Config, use: (listeners: Listeners) => Promise<T>): Promise<T> {
  const running = await findRunningServer(config.dataDir);
  if (running !== undefined) return use(running.listeners);
  const { startServer } = await import('#app/serve.js');
  const server = await startServer({ ...config, ...privatePlaces }, { log: makeLog('error') });
  try {
    return await use(server.listeners);
  } finally {
    await server.close();
  }
}
