/** A whole server in this process, on embedded storage and free ports, its log kept as lines. */
import { Writable } from 'node:stream';
import { readConfig } from '#app/config.js';
import { makeLog } from '#app/makers.js';
import { type Server, startServer } from '#app/serve.js';
import { makeDataDir, removeDataDir } from '../support/server.js';

export interface LogLine {
  readonly msg: string;
  readonly requestId?: string;
  readonly jobId?: string;
}

export interface ObservedServer {
  readonly url: NonNullable<Server['listeners']> & Record<'gateway' | 'stage1', string>;
  readonly house: Server['house'];
  readonly lines: readonly LogLine[];
  close(): Promise<void>;
}

export async function startObservedServer(): Promise<ObservedServer> {
  const dir = await makeDataDir();
  const lines: LogLine[] = [];
  const keeping = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().trim().split('\n')) lines.push(JSON.parse(line) as LogLine);
      done();
    },
  });
  const ports = ['', 'UMIKI_', 'SIGMA_', 'STAGE1_', 'FORECASTLAB_'].map((name) => [`ALMANAC_${name}PORT`, '0']);
  const env = { ...Object.fromEntries(ports), ALMANAC_DATA_DIR: dir, ALMANAC_WORKERS: '1' };
  const server = await startServer(readConfig({ env, cwd: dir }), { log: makeLog('debug', { to: keeping }) });
  const { gateway, stage1 } = server.listeners;
  if (gateway === undefined || stage1 === undefined) throw new Error('the gateway and stage1 listen');
  return {
    url: { ...server.listeners, gateway, stage1 },
    house: server.house,
    lines,
    async close() {
      await server.close();
      await removeDataDir(dir);
    },
  };
}
