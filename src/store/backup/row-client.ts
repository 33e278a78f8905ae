/** One connection of our own, outside the pool: COPY wants it whole, and a snapshot lives as long as it does. */
import pg from 'pg';
import { errors } from '#base/errors.js';
import { columnTypes } from '../column-types.js';
import type { PostgresConnection } from '../connection.js';
import { isAbsence } from '../pool.js';

export type RowClient = pg.Client;

const CONNECT_WITHIN_MS = 10_000;

/** What is written is read by any PostgreSQL of ours, whatever the session's own habits. Errors: databaseUnavailable. */
export async function connectRowClient(at: string | PostgresConnection): Promise<RowClient> {
  const client = new pg.Client({
    ...(typeof at === 'string' ? { connectionString: at } : at),
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    keepAlive: true,
    application_name: 'almanac backup',
    types: columnTypes,
  });
  // What breaks rejects the statement under way; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(
      "set client_encoding = 'UTF8'; set datestyle = 'ISO, YMD'; set timezone = 'UTC'; set intervalstyle = 'postgres'; " +
        'set extra_float_digits = 1; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; ' +
        "set search_path = 'public'",
    );
    return client;
  } catch (error) {
    await client.end().catch(() => undefined); // It may never have been connected.
    throw sayAbsence(error);
  }
}

export const sayAbsence = (error: unknown): unknown =>
  isAbsence(error) ? errors.databaseUnavailable((error as Error).message, error) : error;
