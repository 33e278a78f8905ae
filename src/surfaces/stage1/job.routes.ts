/** Jobs of the whole house in this surface's words, and their news (stage1.md 7). */
import { z } from 'zod';
import { errors } from '#base/errors.js';
import type { JobFilter } from '#jobs/queue.js';
import { openEventStream } from '../http/event-stream.js';
import type {} from '../http/listener.js';
import type { App } from '../http/surface.js';
import type { Stage1Desk } from './desk.js';
import { IdParams, pageFields } from './fields.js';
import { JobWire, jobStatusOf, toJobWire } from './job.wire.js';
import { pageWire, toPageWire } from './page.wire.js';

const JobQuery = z.object({ ...pageFields(50), job_type: z.string().optional(), status: z.string().optional() });

export function jobRoutes(app: App, desk: Stage1Desk): void {
  app.get(
    '/api/jobs',
    { schema: { summary: 'Jobs, newest first', querystring: JobQuery, response: { 200: pageWire('jobs', JobWire) } } },
    async ({ query: { job_type, status, ...page } }) =>
      toPageWire('jobs', await desk.queue.list(desk.db, filterOf(job_type, status), page), page, toJobWire),
  );

  // The second is what older clients ask.
  for (const path of ['/api/jobs/:id', '/api/questdb/jobs/:id'])
    app.get(
      path,
      { schema: { summary: 'One job', params: IdParams, response: { 200: JobWire } } },
      async ({ params: { id } }) => {
        const job = await desk.queue.find(desk.db, id);
        if (job === undefined) throw errors.jobMissing(id);
        return toJobWire(job);
      },
    );

  app.post(
    '/api/jobs/:id/cancel',
    { schema: { summary: 'Cancel a job that is not final', params: IdParams, response: { 200: JobWire } } },
    async ({ params }) => toJobWire(await desk.queue.cancel(desk.db, params.id)),
  );

  app.get(
    '/api/events',
    {
      // A HEAD of it would never end.
      exposeHeadRoute: false,
      schema: { summary: 'Server-sent events: `job` with the job on every change', produces: ['text/event-stream'] },
    },
    async (request, reply) => {
      const stream = openEventStream(request, reply, app.closing);
      stream.onEnd(desk.queue.subscribe((job) => stream.send('job', toJobWire(job))));
      return reply;
    },
  );
}

function filterOf(jobType: string | undefined, word: string | undefined): JobFilter {
  const status = word === undefined ? undefined : jobStatusOf(word);
  if (word !== undefined && status === undefined) throw errors.invalidParameter('status', 'no status of a job');
  return { kinds: jobType === undefined ? undefined : [jobType], status };
}
