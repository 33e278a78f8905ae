/** The audit log of all surfaces, for admins. */
import { z } from 'zod';
import { listAuditEntries, verifyAuditTrail } from '#services/operations/audit.service.js';
import type { App } from '../http/surface.js';
import type { GatewayDesk } from './desk.js';
import { pageQuery, pageWire } from './page.wire.js';

const EntryWire = z.object({
  id: z.int(),
  at: z.string(),
  surface: z.string(),
  method: z.string(),
  path: z.string(),
  status: z.int(),
  user_id: z.string().nullable(),
  client: z.string(),
  request_id: z.string(),
  action: z.string(),
  subject: z.record(z.string(), z.json()),
  payload: z.json().nullable(),
  before: z.json().nullable(),
  after: z.json().nullable(),
  prev_hash: z.string(),
  hash: z.string(),
});

const time = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .optional();

export function auditRoutes(app: App, { stores: { db } }: GatewayDesk): void {
  app.get(
    '/api/almanac/audit',
    {
      schema: {
        summary: 'Every mutation on every surface, newest first',
        querystring: z.object({
          ...pageQuery,
          surface: z.string().max(32).optional(),
          user_id: z.string().max(128).optional(),
          action: z.string().max(200).optional(),
          path: z.string().max(500).optional(),
          method: z.string().max(10).optional(),
          start: time,
          end: time,
        }),
        response: { 200: z.object({ entries: z.array(EntryWire), ...pageWire }) },
      },
      config: { access: 'admin' },
    },
    async ({ query: { limit, offset, user_id: userId, start: fromMs, end: toMs, ...plain } }) => {
      const filter = { ...plain, userId, fromMs, toMs };
      const { items, total } = await listAuditEntries(db, filter, { limit, offset });
      return { entries: items.map(toEntry), total, limit, offset };
    },
  );

  app.get(
    '/api/almanac/audit/verify',
    {
      schema: {
        summary: 'Whether the chain of hashes holds from the first entry to the last',
        response: { 200: z.object({ ok: z.boolean(), entries: z.int(), broken_at: z.int().nullable() }) },
      },
      config: { access: 'admin' },
    },
    async () => {
      const { entries, brokenAt } = await verifyAuditTrail(db);
      return { ok: brokenAt === null, entries, broken_at: brokenAt };
    },
  );
}

const toEntry = (entry: Awaited<ReturnType<typeof listAuditEntries>>['items'][number]): z.infer<typeof EntryWire> => ({
  id: entry.id,
  at: new Date(entry.atMs).toISOString(),
  surface: entry.surface,
  method: entry.method,
  path: entry.path,
  status: entry.status,
  user_id: entry.userId,
  client: entry.client,
  request_id: entry.requestId,
  action: entry.action,
  subject: { ...entry.subject } as z.infer<typeof EntryWire>['subject'],
  payload: entry.payload as z.infer<typeof EntryWire>['payload'],
  before: entry.before as z.infer<typeof EntryWire>['before'],
  after: entry.after as z.infer<typeof EntryWire>['after'],
  prev_hash: entry.prevHash,
  hash: entry.hash,
});
