/** Our own statements to QuestDB: short answers held whole, and its refusals turned into our errors. */
import type { IncomingMessage } from 'node:http';
import { AppError, errors } from '#base/errors.js';
import type { Cell } from '../port.js';
import { openAnswer } from './answer.js';
import { rowReader } from './cells.js';
import { type Call, type QuestdbClient, SqlRefused } from './client.js';

/** The rows of a statement that gives few. */
export async function rowsOf(client: QuestdbClient, sql: string, call: Call = {}): Promise<Cell[][]> {
  const response = await client.exec(sql, call);
  try {
    const answer = await openAnswer(piecesOf(response));
    const toCells = rowReader(answer.columns);
    const rows: Cell[][] = [];
    while (await answer.next((row) => rows.push(toCells(row))));
    return rows;
  } finally {
    response.destroy();
  }
}

/** Runs a statement that changes a table, to its end. */
export async function change(client: QuestdbClient, sql: string): Promise<void> {
  const response = await client.exec(sql);
  for await (const _piece of response);
}

/** What arrives, with a connection that breaks in the middle told as a server that is away. */
export async function* piecesOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const piece of response) yield piece as Buffer;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw errors.questdbUnavailable('QUESTDB_URL', 'the connection broke off in the middle of an answer', error);
  }
}

/** A failure while the store itself worked. */
export function storeError(error: unknown): unknown {
  return error instanceof SqlRefused ? errors.storeUnavailable(error.message, error) : error;
}

export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
