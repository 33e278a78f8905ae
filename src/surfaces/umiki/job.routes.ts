/** Pipeline jobs (umiki.md 3). */
import { z } from 'zod';
import {
  cancelPipeline,
  getPipeline,
  listPipelines,
  readPipelineLog,
  retryPipeline,
  sendPipeline,
} from '#services/market/pipeline.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import type { UmikiDesk } from './desk.js';
import { IdParams, iso } from './fields.js';
import {
  JobDetailWire,
  JobLogWire,
  JobPost,
  JobQuery,
  JobSentWire,
  JobWire,
  statusOf,
  toJobDetailWire,
  toJobWire,
  toSentWire,
} from './job.wire.js';

export function jobRoutes(app: App, desk: UmikiDesk): void {
  app.get(
    '/api/jobs',
    { schema: { summary: 'Pipeline jobs, newest first', querystring: JobQuery, response: { 200: z.array(JobWire) } } },
    async ({ query: { status, ...slice } }) =>
      (await listPipelines(desk, { status: statusOf(status), ...slice })).map(toJobWire),
  );

  app.get(
    '/api/jobs/:id',
    { schema: { summary: 'One job with its steps', params: IdParams, response: { 200: JobDetailWire } } },
    async ({ params }) => toJobDetailWire(await getPipeline(desk, params.id)),
  );

  app.post(
    '/api/jobs',
    { schema: { summary: 'Start a pipeline job', body: JobPost, response: { 200: JobSentWire } } },
    async (request) => {
      const sent = await sendPipeline(desk, request.body);
      noteAudit(request, { subject: { job_id: sent.job.id } });
      return toSentWire(sent);
    },
  );

  app.post(
    '/api/jobs/:id/retry',
    {
      schema: {
        summary: 'Start a new job with the arguments of this one',
        params: IdParams,
        response: { 200: JobSentWire },
      },
    },
    async ({ params }) => toSentWire(await retryPipeline(desk, params.id)),
  );

  app.post(
    '/api/jobs/:id/cancel',
    { schema: { summary: 'Cancel a job that is not final', params: IdParams, response: { 200: JobDetailWire } } },
    async ({ params }) => toJobDetailWire(await cancelPipeline(desk, params.id)),
  );

  app.get(
    '/api/jobs/:id/logs',
    { schema: { summary: 'What the job said', params: IdParams, response: { 200: JobLogWire } } },
    async ({ params }) => {
      const { job, lines } = await readPipelineLog(desk, params.id);
      return { id: job.id, lines: lines.map(({ tsMs, level, message }) => ({ ts: iso(tsMs), level, message })) };
    },
  );
}
