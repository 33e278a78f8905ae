/** Jobs as a list, and as they happen (server-sent events). */
import { z } from 'zod';
import { JOB_STATUSES } from '#jobs/job.js';
import { getJob, listJobs, maySee } from '#services/operations/job.service.js';
import { openEventStream } from '../http/event-stream.js';
import type { App } from '../http/surface.js';
import type { GatewayDesk } from './desk.js';
import { JobWire, toJobWire } from './job.wire.js';
import { pageQuery, pageWire } from './page.wire.js';

export function eventRoutes(app: App, { jobs }: GatewayDesk): void {
  app.get(
    '/api/almanac/jobs',
    {
      schema: {
        summary: 'Jobs of every surface, newest first',
        querystring: z.object({
          ...pageQuery,
          status: z.enum(JOB_STATUSES).optional(),
          kind: z.string().max(64).optional(),
        }),
        response: { 200: z.object({ jobs: z.array(JobWire), ...pageWire }) },
      },
    },
    async ({ principal, query: { status, kind, ...page } }) => {
      const filter = { status, kinds: kind === undefined ? undefined : [kind] };
      const { items, total } = await listJobs(jobs, principal, filter, page);
      return { jobs: items.map(({ job }) => toJobWire(job)), total, ...page };
    },
  );

  app.get(
    '/api/almanac/jobs/:id',
    {
      schema: {
        summary: 'One job',
        params: z.object({ id: z.string().max(128) }),
        response: { 200: JobWire },
      },
    },
    async ({ principal, params }) => toJobWire((await getJob(jobs, principal, params.id)).job),
  );

  app.get(
    '/api/almanac/events',
    { schema: { summary: 'Server-sent events: `job`, with each change of each job you may see' } },
    (request, reply) => {
      const stream = openEventStream(request, reply, app.closing);
      // An id that a client brings back is of no use to us: what it missed it reads from /api/almanac/jobs.
      let count = 0;
      const stop = jobs.queue.subscribe((job) => {
        if (!maySee(request.principal, job)) return;
        count += 1;
        stream.send('job', toJobWire(job), String(count));
      });
      stream.onEnd(stop);
      return reply;
    },
  );
}
