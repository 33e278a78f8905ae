/** Sigma's kit with a few routes of its own, on a real database and a real queue: what the surface stands on, without the strategy lab. */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { errors } from '#base/errors.js';
import { type Log, silentLog } from '#base/log.js';
import type { OpenQueue } from '#jobs/open-queue.js';
import { createAuditTrail } from '#services/operations/audit.service.js';
import type { Tables } from '#store/database.js';
import { createListener } from '#surfaces/http/listener.js';
import { base32Id } from '#surfaces/http/request-id.js';
import type { App } from '#surfaces/http/surface.js';
import { authRoutes } from '#surfaces/sigma/auth.routes.js';
import { listBody, listWire, pageQuery } from '#surfaces/sigma/envelope.js';
import { replayRepeatedRequests } from '#surfaces/sigma/idempotency.js';
import { identifySigma, type SigmaIdentity } from '#surfaces/sigma/identify.js';
import { jobRoutes } from '#surfaces/sigma/job.routes.js';
import { rewriteSigmaUrl } from '#surfaces/sigma/mount.js';
import { createRateLimiter } from '#surfaces/sigma/rate-limit.js';
import { answerJob, answerModeOf, speaksS2 } from '#surfaces/sigma/respond-async.js';
import { SigmaErrorWire, sigmaVoice } from '#surfaces/sigma/voice.js';
import { type TestClock, testIdentity } from '../../support/identity.js';

export interface SigmaTrial {
  readonly app: App;
  readonly identity: ReturnType<typeof testIdentity>;
  readonly clock: TestClock;
  /** How often POST /count really ran. */
  readonly counted: () => number;
}

export async function sigmaTrial(
  db: Kysely<Tables>,
  queue: OpenQueue,
  over: Partial<Pick<SigmaIdentity, 'rootMode' | 'localTier'>> & { isLimited?: boolean; log?: Log } = {},
): Promise<SigmaTrial> {
  const identity = testIdentity(db, { adminToken: 'the house key' });
  const { clock } = identity;
  const { rootMode = 'optional', localTier = 'pro', isLimited = true, log = silentLog } = over;
  const limiter = createRateLimiter({ clock, isEnforced: isLimited });
  let counted = 0;
  const routes = (app: App) => {
    replayRepeatedRequests(app, { db, clock });
    authRoutes(app, identity);
    jobRoutes(app, { db, queue, clock });
    app.get('/health', { config: { access: 'open', unlimited: true } }, async () => ({ ok: true }));
    app.get('/admin/health', { config: { access: 'admin' } }, async () => ({ ok: true }));
    app.get('/leak', async () => {
      throw Object.assign(errors.invalidParameter('matrix', 'x'), { code: 'leakage' });
    });
    app.get(
      '/numbers',
      { schema: { querystring: z.object(pageQuery(3)), response: { 200: listWire(z.int(), 'numbers') } } },
      async ({ query }) =>
        listBody(
          { items: [1, 2, 3, 4, 5].slice(query.offset, query.offset + query.limit), total: 5 },
          query,
          'numbers',
        ),
    );
    app.post(
      '/count',
      { config: { idempotent: true }, schema: { body: z.object({ n: z.number() }) } },
      async ({ body }) => {
        counted += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (body.n < 0) throw new Error('broken');
        return { ok: true, n: body.n, counted };
      },
    );
    app.post('/train', { schema: { body: z.looseObject({ model_id: z.string() }) } }, async (request, reply) => {
      const mode = answerModeOf(request, speaksS2('train', request.body) ? 'short' : 'wait');
      const job = await queue.send(db, {
        kind: 'train',
        id: base32Id('train_', 10),
        surface: 'sigma',
        payload: { model_id: request.body.model_id },
        subject: { model_id: request.body.model_id },
        ownerId: request.principal.userId,
      });
      queue.wake();
      const shape = (now: typeof job) => ({ ok: true, job_id: now.id, status: now.status, result: now.result });
      return answerJob(request, reply, { queue, job, mode, shape });
    });
  };
  const app = await createListener(
    {
      name: 'sigma',
      title: 'Sigma',
      description: 'Trial.',
      voice: sigmaVoice,
      errorSchema: SigmaErrorWire,
      cors: { origins: ['loopback'], methods: ['GET', 'POST'], allowedHeaders: '*', credentials: false },
      bodyBytesMax: 5 * 1024 * 1024,
      newRequestId: () => base32Id('req_', 12),
      acceptsRequestId: (id) => /^[A-Za-z0-9_-]{1,64}$/.test(id),
      rewriteUrl: rewriteSigmaUrl,
      identify: identifySigma({ identity, rootMode, localTier, limiter }),
      routes,
    },
    { log, audit: createAuditTrail({ db, clock }) },
  );
  return { app, identity, clock, counted: () => counted };
}

export const testIds = { uuid: () => randomUUID(), short: (prefix: string) => prefix + randomUUID().slice(0, 10) };
