/** Taking in bars (contract 10.1): JSON with its rows, or CSV. */
import { z } from 'zod';
import { errors } from '#base/errors.js';
import {
  type BarHead,
  INGEST_INTERVALS,
  type IngestReport,
  ingestBarFile,
  ingestBarRows,
  refuseIngest,
} from '#services/strategy/bar-ingest.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import { removeSpooled, type SpooledBody, spoolBody } from '../http/upload.js';
import type { SigmaDesk } from './desk.js';
import { unknownKeyWarnings } from './envelope.js';
import { choiceOf, flagOf, isRecord, tickerOf } from './fields.js';
import { type SigmaSettings, UPLOAD_BYTES_MAX } from './settings.js';

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
        const { report, warnings } = await ingest(desk, body);
        const said = [...warnings, ...cutWarnings(report)];
        noteAudit(request, { subject: { inserted: report.inserted, updated: report.updated } });
        return {
          ok: true as const,
          inserted: report.inserted,
          updated: report.updated,
          rejected: [...report.rejected],
          ...(said.length > 0 ? { warnings: said } : {}),
        };
      } finally {
        await removeSpooled(body);
      }
    },
  );
}

/** A list that was cut says so. */
const cutWarnings = ({ rejected, rejectedCount }: IngestReport) =>
  rejectedCount > rejected.length
    ? [`${rejectedCount} rows were rejected; the first ${rejected.length} are listed`]
    : [];

async function ingest(desk: SigmaDesk, body: SpooledBody): Promise<{ report: IngestReport; warnings: string[] }> {
  if (body.kind === 'json') return ingestJson(desk, body.json);
  const file = body.kind === 'form' ? body.files[0] : body.file;
  if (file === undefined) throw errors.missingParameter('file');
  return { report: await ingestBarFile(desk, file.path), warnings: [] };
}

async function ingestJson(desk: SigmaDesk, json: unknown): Promise<{ report: IngestReport; warnings: string[] }> {
  if (!isRecord(json)) throw errors.invalidParameter('body', 'Must be an object');
  const { rows } = json;
  if (!Array.isArray(rows)) throw errors.invalidParameter('rows', 'Must be a list of bars');
  const head: BarHead = {
    ticker: tickerOf(json['ticker']),
    interval: choiceOf(json['interval'], 'interval', INGEST_INTERVALS),
  };
  const isAdjusted = flagOf(json['adjusted'], 'adjusted') ?? true;
  const warnings = [
    ...(isAdjusted ? [] : ['adjusted=false is noted; bars are stored as they came']),
    ...unknownKeyWarnings(json, ['ticker', 'interval', 'adjusted', 'rows']),
  ];
  return { report: await ingestBarRows(desk, rows, head), warnings };
}
