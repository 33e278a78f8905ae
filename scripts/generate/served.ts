/** What only a running server can say: the OpenAPI document of each surface, and the schema that the migrations make. Starts one on embedded storage in a directory of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/app/config.js';
import { startServer } from '../../src/app/serve.js';
import { silentLog } from '../../src/base/log.js';
import { describeSchema } from '../../src/store/schema.js';

export async function readServed(): Promise<Map<string, string>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'almanac-generate-'));
  const ports = ['', 'UMIKI_', 'SIGMA_', 'STAGE1_', 'FORECASTLAB_'].map((one) => [`ALMANAC_${one}PORT`, '0']);
  const overrides = { ...Object.fromEntries(ports), ALMANAC_DATA_DIR: dataDir, ALMANAC_WORKERS: '1' };
  const server = await startServer(readConfig({ env: {}, cwd: dataDir, overrides }), { log: silentLog });
  try {
    const schema = await describeSchema(server.house.db);
    const documents = await readDocuments(server.listeners);
    return documents.set('src/store/schema.json', `${JSON.stringify(schema, null, 2)}\n`);
  } finally {
    await server.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function readDocuments(listeners: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [surface, baseUrl] of Object.entries(listeners)) {
    if (surface.endsWith('Tls')) continue;
    const answer = await fetch(`${baseUrl}/openapi.json`);
    if (!answer.ok) throw new Error(`${surface} answers ${answer.status} to /openapi.json`);
    const document = (await answer.json()) as Record<string, unknown>;
    // Where this server happened to listen is nobody's business.
    delete document['servers'];
    files.set(`docs/api/${surface}.json`, `${JSON.stringify(document, null, 2)}\n`);
  }
  return files;
}
