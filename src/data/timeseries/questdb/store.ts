/** The measurement store in a QuestDB of the user's own, behind the port. */
import type { Clock } from '#base/clock.js';
import { AppError, errors } from '#base/errors.js';
import { hasRows, readHeader } from '../../csv/header.js';
import { type CsvWorkers, csvOnThisThread } from '../../csv/workers.js';
import { checkBatch } from '../batch-check.js';
import { blockOfBatch, type ColumnBlock } from '../column-block.js';
import { quoted } from '../names.js';
import type { ColumnType, MeasurementStore } from '../port.js';
import { makeQueues } from '../turns.js';
import { openCatalogue, type StoredTable } from './catalogue.js';
import { questdbClient } from './client.js';
import { lineBlockOf } from './csv-lines.js';
import { exportCsv } from './export.js';
import { importCsv } from './import.js';
import { makeKeyCounter } from './key-count.js';
import { runQuery } from './query.js';
import { readDoubles, readRows } from './read.js';
import { httpSender, tcpSender } from './senders.js';
import { change, storeError } from './statement.js';
import { takeAway } from './take-away.js';
import { type WriteRoom, writeRows } from './write.js';

export interface QuestdbStoreOptions {
  /** QUESTDB_URL: `http://user:password@host:9000`. */
  readonly url: string;
  /** ALMANAC_QUESTDB_ILP: `tcp://host:9009` instead of ILP over HTTP. */
  readonly ilpUrl: string | null;
  /** How long QuestDB may let us wait for an answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Where CSV is parsed and written; without it that happens on the calling thread. */
  readonly csv?: CsvWorkers;
  /** Told when the server is away at the opening: the store opens all the same, and works once it is back. */
  readonly onAway?: (error: AppError) => void;
}

/** Errors: questdbUnfit for a server that will not do (no QuestDB, too old, another password). */
export async function openQuestdbStore(options: QuestdbStoreOptions): Promise<MeasurementStore> {
  const { timeoutMs } = options;
  const client = questdbClient({ url: options.url, timeoutMs });
  const catalogue = openCatalogue(client);
  const openSender = options.ilpUrl === null ? httpSender(client) : tcpSender(options.ilpUrl, timeoutMs);
  const room: WriteRoom = { client, catalogue, openSender, patienceMs: timeoutMs };
  const workers = options.csv ?? csvOnThisThread;
  const { inTurn, settled } = makeQueues();

  const get = async (name: string): Promise<StoredTable> => {
    const table = await catalogue.find(name);
    if (table === undefined) throw errors.measurementMissing(name);
    return table;
  };

  try {
    await client.greet();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'questdb_unavailable') throw error;
    options.onAway?.(error);
  }

  return {
    backend: 'questdb',
    list: async (prefix = '') => (await catalogue.list(prefix)).map(({ measurement }) => measurement),
    find: async (name) => (await catalogue.find(name))?.measurement,
    async append(name, batch, { dedupKeys = [], replaces } = {}) {
      checkBatch(batch);
      const block = blockOfBatch(batch);
      const columns = batch.columns.map(({ name: column, type }) => ({ name: column, type }));
      return inTurn(name.toLowerCase(), async () => {
        if (replaces !== undefined) await takeAway(room, name, replaces, batch.timestampUs);
        const { report } = await writeRows(room, {
          name,
          columns,
          dedupKeys,
          async fill(sender, target) {
            const { rows, lines, timestampUs, hashes } = lineBlockOf(asStored(block, target.types), target);
            const counter = makeKeyCounter();
            counter.add(timestampUs, hashes);
            // One request, so that the batch is there whole or not at all.
            if (rows > 0) await sender.send(lines);
            return { rows, duplicates: await counter.duplicates() };
          },
        });
        return report;
      });
    },
    checkCsv(head, delimiter) {
      const header = readHeader(head, delimiter);
      if (!hasRows(head, header)) throw errors.csvEmpty();
    },
    importCsv: (request, hear = {}) =>
      inTurn(request.measurement.toLowerCase(), () => importCsv({ ...room, workers }, request, hear)),
    query: (sql, limits) => runQuery(client, sql, limits, () => options.clock.nowMs()),
    exportCsv: (sql, exportOptions = {}) => exportCsv({ client, workers }, sql, exportOptions),
    readDoubles: async (name, request = {}) => readDoubles(client, await get(name), request),
    async *readRows(name, request) {
      yield* readRows(client, await get(name), request);
    },
    drop: (name) =>
      inTurn(name.toLowerCase(), async () => {
        const { measurement } = await get(name);
        await change(client, `DROP TABLE ${quoted(measurement.name)}`).catch((error) => {
          throw storeError(error);
        });
      }),
    async close() {
      await settled();
      client.close();
    },
  };
}

/** Integers for a column of doubles become doubles; every other type is the column's already. */
function asStored(block: ColumnBlock, types: readonly ColumnType[]): ColumnBlock {
  const columns = block.columns.map((column, index) =>
    column.type === 'BIGINT' && types[index] === 'DOUBLE'
      ? { type: 'DOUBLE' as const, values: Float64Array.from(column.values, Number), valid: column.valid }
      : column,
  );
  return { ...block, columns };
}
