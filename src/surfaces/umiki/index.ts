/** UMIKI: order-book data from raw bytes to training sets. Routes in the order of umiki.md. */
import { randomUUID } from 'node:crypto';
import type { Surface } from '../http/surface.js';
import { auditRoutes } from './audit.routes.js';
import { dataRoutes } from './data.routes.js';
import { datasetRoutes } from './dataset.routes.js';
import type { UmikiDesk } from './desk.js';
import { exportRoutes } from './export.routes.js';
import { healthRoutes } from './health.routes.js';
import { jobRoutes } from './job.routes.js';
import { jobLogSocket } from './job-log.socket.js';
import { qcRoutes } from './qc.routes.js';
import { rowRoutes } from './row.routes.js';
import { UmikiErrorWire, umikiVoice } from './voice.js';

export type { UmikiDesk } from './desk.js';

/** umiki.md 1. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;

export function umikiSurface(desk: UmikiDesk): Surface {
  return {
    name: 'umiki',
    title: 'UMIKI',
    description: 'Order-book data: raw, canonical, derived and training sets, with quality checks, audit and export.',
    voice: umikiVoice,
    errorSchema: UmikiErrorWire,
    cors: { origins: '*', methods: ['GET', 'POST', 'OPTIONS'], allowedHeaders: '*', credentials: false },
    bodyBytesMax: BODY_BYTES_MAX,
    newRequestId: randomUUID,
    acceptsRequestId: (id) => /^[\x21-\x7e]{1,128}$/.test(id),
    readsAnyTypeAsJson: true,
    async routes(app) {
      healthRoutes(app, desk);
      jobRoutes(app, desk);
      await jobLogSocket(app, desk);
      datasetRoutes(app, desk);
      qcRoutes(app, desk);
      auditRoutes(app, desk);
      exportRoutes(app, desk);
      dataRoutes(app, desk);
      rowRoutes(app, desk);
    },
  };
}
