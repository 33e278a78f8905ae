/** The rows of the house: every table in one type, and the handle that queries and transactions share. */
import type { Kysely, Transaction } from 'kysely';
import type { JobTable } from './tables/job.table.js';

/** One member a table; add yours in the order of the alphabet. */
export interface Tables {
  job: JobTable;
}

/** A connection pool or an open transaction: store functions take either and never know which. */
export type Database = Kysely<Tables> | Transaction<Tables>;
