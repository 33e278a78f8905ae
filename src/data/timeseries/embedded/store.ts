/** The embedded measurement store: one DuckDB file, owned by this process, behind the port. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Clock } from '#base/clock.js';
import { errors } from '#base/errors.js';
import { hasRows, readHeader } from '../../csv/header.js';
import { type CsvWorkers, csvOnThisThread } from '../../csv/workers.js';
import { checkBatch } from '../batch-check.js';
import { blockOfBatch } from '../column-block.js';
import { quoted } from '../names.js';
import type { Measurement, MeasurementStore } from '../port.js';
import { makeGate, makeQueues } from '../turns.js';
import { type Catalogue, deleteMeasurement, loadCatalogue } from './catalogue.js';
import { type DatabaseOptions, openDatabase } from './database.js';
import { storeError } from './engine-error.js';
import { exportCsv } from './export.js';
import { importCsv } from './import.js';
import { type QueryRoom, runQuery } from './query.js';
import { readDoubles, readRows } from './read.js';
import { openSnapshot } from './snapshot.js';
import { writeRows } from './write.js';

/** How many statements of users run at once; the others wait, and their waiting counts against their time. */
const USER_QUERIES_AT_ONCE = 2;

export interface EmbeddedStoreOptions extends DatabaseOptions {
  readonly clock: Clock;
  /** Where CSV is parsed and written; without it that happens on the calling thread. */
  readonly csv?: CsvWorkers;
}

export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<MeasurementStore> {
  const database = await openDatabase(options);
  const catalogue: Catalogue = await database.withConnection(loadCatalogue);
  const room: QueryRoom = { database, catalogue, gate: makeGate(USER_QUERIES_AT_ONCE) };
  const { inTurn, settled } = makeQueues();
  const workers = options.csv ?? csvOnThisThread;

  const get = (name: string): Measurement => {
    const measurement = catalogue.find(name);
    if (measurement === undefined) throw errors.measurementMissing(name);
    return measurement;
  };

  return {
    backend: 'embedded',
    list: async (prefix = '') => catalogue.list(prefix),
    find: async (name) => catalogue.find(name),
    async append(name, batch, { dedupKeys = [], replaces } = {}) {
      checkBatch(batch);
      const block = blockOfBatch(batch);
      const columns = batch.columns.map(({ name: column, type }) => ({ name: column, type }));
      const fill = (staging: { append(rows: typeof block): Promise<void> }) => staging.append(block);
      return inTurn(name.toLowerCase(), () =>
        writeRows(database, catalogue, { name, columns, dedupKeys, fill, ...(replaces && { replaces }) }).catch(
          asStoreError,
        ),
      );
    },
    checkCsv(head, delimiter) {
      const header = readHeader(head, delimiter);
      if (!hasRows(head, header)) throw errors.csvEmpty();
    },
    importCsv: (request, hear = {}) =>
      inTurn(request.measurement.toLowerCase(), () =>
        importCsv({ ...room, workers }, request, hear).catch(asStoreError),
      ),
    query: (sql, limits) => runQuery(room, sql, limits, () => options.clock.nowMs()),
    exportCsv: (sql, exportOptions = {}) => exportCsv({ ...room, workers }, sql, exportOptions),
    readDoubles: async (name, request = {}) => readDoubles(database, get(name), request),
    async *readRows(name, request) {
      yield* readRows(database, get(name), request);
    },
    drop: (name) =>
      inTurn(name.toLowerCase(), async () => {
        const measurement = get(name);
        await database
          .withConnection((connection) => dropMeasurement(connection, measurement.name))
          .catch(asStoreError);
        catalogue.forget(name);
      }),
    openSnapshot: () => openSnapshot(database),
    async close() {
      await settled();
      await database.close();
    },
  };
}

async function dropMeasurement(connection: DuckDBConnection, name: string): Promise<void> {
  await connection.run('BEGIN');
  await connection.run(`DROP TABLE ${quoted(name)}`);
  await deleteMeasurement(connection, name);
  await connection.run('COMMIT');
}

function asStoreError(error: unknown): never {
  throw storeError(error);
}
