/** The QuestDB store keeps the port's rules on a real server, and says what is wrong with one that will not do. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { csvWorkersOn } from '#compute/csv-workers.js';
import { openCompute } from '#compute/pool.js';
import { openQuestdbStore } from '#data/timeseries/questdb/store.js';
import { findQuestdb, type RunningQuestdb, startQuestdb } from '../../scripts/questdb.js';
import { csvSuite } from './csv-suite.js';
import { type Backend, portSuite } from './port-suite.js';

const found = await findQuestdb();
if ('reason' in found) console.warn(`The QuestDB suite is skipped: ${found.reason}.`);

describe.skipIf('reason' in found)('on a real QuestDB', () => {
  const compute = openCompute({ workers: 2 });
  let server: RunningQuestdb;

  beforeAll(async () => {
    server = await startQuestdb('jar' in found ? found.jar : '', { isBrief: true });
  });
  afterAll(async () => {
    await compute.close();
    await server.stop();
  });

  const questdb: Backend = {
    name: 'questdb',
    open: () =>
      openQuestdbStore({
        url: server.url,
        ilpUrl: null,
        timeoutMs: 10_000,
        clock: { nowMs: () => performance.now() },
        csv: csvWorkersOn(compute),
      }),
  };

  portSuite(questdb);
  csvSuite(questdb);
});

describe.skipIf('jar' in found)('without a QuestDB', () => {
  it.skip('in' in found ? '' : 'needs Java 17 and the jar of QuestDB from Maven Central');
});
