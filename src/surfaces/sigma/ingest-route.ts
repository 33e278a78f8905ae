/** What the routes that take in market data share (contract 10.1): a body of any size spooled to a file, and one answer. */
import { z } from 'zod';
import { errors } from '#base/errors.js';
import { type IngestReport, refuseIngest } from '#services/strategy/bar-ingest.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import { removeSpooled, type SpooledBody, spoolBody } from '../http/upload.js';
import type { SigmaDesk } from './desk.js';
import { isRecord } from './fields.js';
import { type SigmaSettings, UPLOAD_BYTES_MAX } from './settings.js';

export interface Ingest {
  readonly path: string;
  readonly summary: string;
  readonly action: string;
  /** A CSV file with a heading. */
  readonly file: (path: string) => Promise<IngestReport>;
  /** A JSON body; `rows` is checked to be a list. */
  readonly json: (
    body: Readonly<Record<string, unknown>>,
    rows: readonly unknown[],
  ) => Promise<{ report: IngestReport; warnings: readonly string[] }>;
}

export function ingestRoute(app: App, desk: SigmaDesk, settings: SigmaSettings, ingest: Ingest): void {
  app.post(
    ingest.path,
    {
      schema: {
        summary: ingest.summary,
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
      config: { action: ingest.action, body: 'raw' },
      bodyLimit: UPLOAD_BYTES_MAX,
    },
    async (request) => {
      refuseIngest(desk, request.principal);
      // Without a body there is no stream to read.
      if (request.body === undefined || request.body === null) throw errors.missingParameter('rows');
      const body = await spoolBody(request, settings.uploadDir);
      try {
        const { report, warnings } = await take(ingest, body);
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

async function take(ingest: Ingest, body: SpooledBody) {
  if (body.kind === 'json') {
    if (!isRecord(body.json)) throw errors.invalidParameter('body', 'Must be an object');
    const { rows } = body.json;
    if (!Array.isArray(rows)) throw errors.invalidParameter('rows', 'Must be a list of rows');
    return ingest.json(body.json, rows);
  }
  const file = body.kind === 'form' ? body.files[0] : body.file;
  if (file === undefined) throw errors.missingParameter('file');
  return { report: await ingest.file(file.path), warnings: [] };
}
