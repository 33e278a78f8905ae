/**
 * Waiting until what was written can be read: QuestDB logs a write first and applies it to the table a moment later
 * (https://questdb.com/docs/concept/write-ahead-log/), and our promise is that a write that has resolved is there.
 */
import { z } from 'zod';
import { errors } from '#base/errors.js';
import type { QuestdbClient } from './client.js';
import { rowsOf, sqlText } from './statement.js';

const WalRow = z.tuple([z.boolean(), z.number(), z.number(), z.number(), z.string().nullable()]);
/** The first look comes at once; later ones leave the server its time. */
const WAITS_MS = [1, 2, 4, 8, 16, 32, 50];

export interface AppliedRequest {
  readonly name: string;
  /** How long the table may stand still while there is something to apply. */
  readonly patienceMs: number;
  /** The log must have grown beyond this; left out when nothing says that it must. */
  readonly beyond?: number;
}

/** Resolves with the number of the last transaction when all that was logged when it was asked is applied. Tables without a log are always up to date: 0. */
export async function untilApplied(
  client: QuestdbClient,
  { name, patienceMs, beyond }: AppliedRequest,
): Promise<number> {
  const sql = `SELECT suspended, writerTxn, bufferedTxnSize, sequencerTxn, errorMessage FROM wal_tables() WHERE lower(name) = ${sqlText(name.toLowerCase())}`;
  let goal: number | undefined;
  let applied = -1;
  let movedMs = performance.now();
  for (let looks = 0; ; looks++) {
    const [row] = await rowsOf(client, sql);
    if (row === undefined) return 0;
    const [isSuspended, writerTxn, bufferedTxns, sequencerTxn, message] = WalRow.parse(row);
    if (isSuspended)
      throw errors.storeUnavailable(
        `QuestDB has suspended table ${name} (${message ?? 'no reason given'}). Mend the cause and run ALTER TABLE "${name}" RESUME WAL.`,
      );
    if (goal === undefined && (beyond === undefined || sequencerTxn > beyond)) goal = sequencerTxn;
    // Buffered transactions are counted as written before they can be read.
    const readable = writerTxn - bufferedTxns;
    if (goal !== undefined && (readable >= goal || (writerTxn >= goal && bufferedTxns === 0))) return goal;
    if (writerTxn !== applied) movedMs = performance.now();
    applied = writerTxn;
    if (performance.now() - movedMs > patienceMs)
      throw errors.storeUnavailable(`QuestDB has logged rows of ${name} and not applied them for ${patienceMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, WAITS_MS[Math.min(looks, WAITS_MS.length - 1)]));
  }
}
