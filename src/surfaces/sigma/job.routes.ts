/** Polling and steering jobs (contract 4). */
import { z } from 'zod';
import type { Clock } from '#base/clock.js';
import { JOB_STATUSES } from '#jobs/job.js';
import { cancelJob, getJob, type JobDesk, listJobs, retryJob } from '#services/operations/job.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import { listBody, listWire, pageQuery } from './envelope.js';
import { JobWire, kindsOf, SIGMA_KINDS, toJobWire } from './job.wire.js';

const JobId = z.object({ job_id: z.string().min(1).max(128) });
const JobQuery = z.object({
  ...pageQuery(50),
  status: z.enum(JOB_STATUSES).optional(),
  kind: z.string().max(64).optional(),
  model_id: z.string().max(128).optional(),
  user_id: z.string().max(128).optional(),
});
const tags = ['jobs'];

export function jobRoutes(app: App, desk: JobDesk & { readonly clock: Clock }): void {
  app.get(
    '/jobs',
    {
      schema: {
        summary: 'Jobs, newest first: your own, all of them for admins',
        tags,
        querystring: JobQuery,
        response: { 200: listWire(JobWire, 'jobs') },
      },
    },
    async ({ principal, query }) => {
      const page = await listJobs(desk, principal, filterOf(query, principal.role === 'admin'), query);
      const nowMs = desk.clock.nowMs();
      return listBody({ ...page, items: page.items.map((item) => toJobWire(item, nowMs)) }, query, 'jobs');
    },
  );

  app.get(
    '/jobs/:job_id',
    {
      schema: {
        summary: 'One job',
        tags,
        params: JobId,
        response: { 200: JobWire.extend({ ok: z.literal(true), job: JobWire }) },
      },
    },
    async ({ principal, params }) => {
      const job = toJobWire(await getJob(desk, principal, params.job_id), desk.clock.nowMs());
      return { ok: true as const, job, ...job };
    },
  );

  app.post(
    '/jobs/:job_id/retry',
    {
      schema: {
        summary: 'Try a failed or cancelled job again',
        tags,
        params: JobId,
        response: { 200: z.object({ ok: z.literal(true), job_id: z.string(), status: z.literal('queued') }) },
      },
      config: { action: 'job.retry' },
    },
    async (request) => {
      const { id } = await retryJob(desk, request.principal, request.params.job_id);
      noteAudit(request, { subject: { job_id: id } });
      return { ok: true as const, job_id: id, status: 'queued' as const };
    },
  );

  app.post(
    '/jobs/:job_id/cancel',
    {
      schema: {
        summary: 'Cancel a job: at once while queued, at its next step while running',
        tags,
        params: JobId,
        response: {
          200: z.object({ ok: z.literal(true), job_id: z.string(), status: z.enum(['cancelled', 'cancelling']) }),
        },
      },
      config: { action: 'job.cancel' },
    },
    async (request) => {
      const { id, status } = await cancelJob(desk, request.principal, request.params.job_id);
      noteAudit(request, { subject: { job_id: id } });
      const said = status === 'cancelled' ? ('cancelled' as const) : ('cancelling' as const);
      return { ok: true as const, job_id: id, status: said };
    },
  );
}

function filterOf({ status, kind, model_id, user_id }: z.infer<typeof JobQuery>, isAdmin: boolean) {
  return {
    kinds: kind === undefined ? Object.keys(SIGMA_KINDS) : kindsOf(kind),
    ...(status === undefined ? {} : { status }),
    ...(model_id === undefined ? {} : { subject: { model_id } }),
    ...(isAdmin && user_id !== undefined ? { ownerId: user_id } : {}),
  };
}
