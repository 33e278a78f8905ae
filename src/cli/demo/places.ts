/** Where the demo's server listens: at the documented ports, or at free ones where those are taken. */
import type { Config } from '#app/config.js';
import { LISTENERS } from '#app/listeners.js';
import { isPortFree } from '../free-port.js';

export async function demoPlaces(config: Config): Promise<Config> {
  const ports: Partial<Record<(typeof LISTENERS)[number]['port'], number>> = {};
  for (const { port: key } of LISTENERS) {
    const port = config[key];
    if (port !== 'off' && !(await isPortFree(config.host, port))) ports[key] = 0;
  }
  // A demo stands on its own: it never writes into a database of yours.
  return { ...config, ...ports, databaseUrl: null, questdbUrl: null, questdbIlp: null };
}
