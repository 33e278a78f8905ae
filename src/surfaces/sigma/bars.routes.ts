/** Taking in bars (contract 10.1): JSON with its rows, or CSV. */
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import { errors } from '#base/errors.js';
import {
  INGEST_INTERVALS,
  type IncomingBar,
  ingestBars,
  type RejectedRow,
  refuseIngest,
} from '#services/strategy/bar-ingest.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import { removeSpooled, type SpooledBody, spoolBody } from '../http/upload.js';
import type { SigmaDesk } from './desk.js';
import { choiceOf, flagOf, isRecord, tickerOf } from './fields.js';
import { type SigmaSettings, UPLOAD_BYTES_MAX } from './settings.js';

type Row = IncomingBar | RejectedRow;

/** What a row that does not say so itself belongs to: the short form's head. */
interface Head {
  readonly ticker: string | null;
  readonly interval: IncomingBar['interval'] | null;
}

export function barRoutes(app: App, desk: SigmaDesk, settings: SigmaSettings): void {
  app.post(
    '/data/bars',
    {
      schema: {
        summary: 'Take in bars: JSON {ticker, interval, rows} or {rows}, or CSV with a heading',
        tags: ['data'],
        consumes: ['application/json', 'text/csv'],
        response: {
          200: z.object({
            ok: z.literal(true),
            inserted: z.int(),
            updated: z.int(),
            rejected: z.array(z.object({ row: z.int(), reason: z.string() })),
            warnings: z.array(z.string()).optional(),
          }),
        },
      },
      config: { action: 'data.bars', body: 'raw' },
      bodyLimit: UPLOAD_BYTES_MAX,
    },
    async (request) => {
      refuseIngest(desk, request.principal);
      // Without a body there is no stream to read.
      if (request.body === undefined || request.body === null) throw errors.missingParameter('rows');
      const body = await spoolBody(request, settings.uploadDir);
      try {
        const { rows, warnings } = await readRows(body);
        const report = await ingestBars(desk, rows);
        noteAudit(request, { subject: { inserted: report.inserted, updated: report.updated } });
        return {
          ok: true as const,
          inserted: report.inserted,
          updated: report.updated,
          rejected: report.rejected.slice(0, REJECTED_SHOWN),
          ...(warnings.length > 0 || report.rejected.length > REJECTED_SHOWN
            ? { warnings: [...warnings, ...tooMany(report.rejected.length)] }
            : {}),
        };
      } finally {
        await removeSpooled(body);
      }
    },
  );
}

const REJECTED_SHOWN = 1000;

const tooMany = (count: number) =>
  count > REJECTED_SHOWN ? [`${count} rows were rejected; the first ${REJECTED_SHOWN} are listed`] : [];

async function readRows(body: SpooledBody): Promise<{ rows: Row[]; warnings: string[] }> {
  if (body.kind === 'form') {
    const [file] = body.files;
    if (file === undefined) throw errors.missingParameter('file');
    return { rows: await readCsv(file.path), warnings: [] };
  }
  if (body.kind === 'file') return { rows: await readCsv(body.file.path), warnings: [] };
  return readJson(body.json);
}

function readJson(json: unknown): { rows: Row[]; warnings: string[] } {
  if (!isRecord(json)) throw errors.invalidParameter('body', 'Must be an object');
  const { rows } = json;
  if (!Array.isArray(rows)) throw errors.invalidParameter('rows', 'Must be a list of bars');
  const head: Head = {
    ticker: tickerOf(json['ticker']),
    interval: choiceOf(json['interval'], 'interval', INGEST_INTERVALS),
  };
  const isAdjusted = flagOf(json['adjusted'], 'adjusted') ?? true;
  return {
    rows: rows.map((row, at) => (isRecord(row) ? readRow(row, head, at) : { row: at, reason: 'it is no object' })),
    warnings: isAdjusted ? [] : ['adjusted=false is noted; bars are stored as they came'],
  };
}

async function readCsv(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  const records = createReadStream(path).pipe(
    parse({
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      bom: true,
      trim: true,
      skip_empty_lines: true,
    }),
  );
  const head: Head = { ticker: null, interval: null };
  try {
    for await (const record of records as AsyncIterable<Record<string, string>>)
      rows.push(readRow(record, head, rows.length));
  } catch (error) {
    if (error instanceof CsvError) throw errors.invalidParameter('body', `The CSV cannot be read: ${error.message}`);
    throw error;
  }
  return rows;
}

function readRow(row: Readonly<Record<string, unknown>>, head: Head, at: number): Row {
  const ticker = row['ticker'] === undefined ? head.ticker : tickerIn(row['ticker']);
  const interval = row['interval'] === undefined ? head.interval : intervalIn(row['interval']);
  const tsMs = timeIn(row['ts']);
  if (ticker === null) return { row: at, reason: 'the ticker is missing or malformed' };
  if (interval === null) return { row: at, reason: `the interval must be one of ${INGEST_INTERVALS.join(', ')}` };
  if (tsMs === undefined) return { row: at, reason: 'ts must be an ISO 8601 time or date' };
  const number = (name: string) => numberIn(row[name]);
  return {
    ticker,
    interval,
    tsMs,
    open: number('open'),
    high: number('high'),
    low: number('low'),
    close: number('close'),
    volume: number('volume'),
    vwap: number('vwap'),
  };
}

/** A row's own fault is told of the row; it does not refuse the others. */
function tickerIn(value: unknown): string | null {
  const text = typeof value === 'string' ? value.toUpperCase() : '';
  return /^[A-Z0-9.^:-]{1,12}$/.test(text) ? text : null;
}

const intervalIn = (value: unknown) => INGEST_INTERVALS.find((interval) => interval === value) ?? null;

function numberIn(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Without a zone a time is UTC. */
function timeIn(value: unknown): number | undefined {
  if (typeof value !== 'string' || !ISO.test(value)) return undefined;
  const text = value.replace(' ', 'T');
  const ms = Date.parse(text.includes('T') && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text);
  return Number.isFinite(ms) ? ms : undefined;
}
