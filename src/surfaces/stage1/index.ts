/** Stage1: walk-forward runs, simulations, time-series tables with SQL, imports, jobs. Routes in the order of stage1.md. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Surface } from '../http/surface.js';
import { aliasRoutes } from './alias.routes.js';
import { datasetRoutes } from './dataset.routes.js';
import { datasetRowsRoutes } from './dataset-rows.routes.js';
import type { Stage1Desk } from './desk.js';
import { healthRoutes } from './health.routes.js';
import { importRoutes } from './import.routes.js';
import { jobRoutes } from './job.routes.js';
import { measurementRoutes } from './measurement.routes.js';
import { queryRoutes } from './query.routes.js';
import { runRoutes } from './run.routes.js';
import type { Stage1Settings } from './settings.js';
import { simulationRoutes } from './simulation.routes.js';
import { tokenGuard } from './token.js';
import { unimplementedRoutes } from './unimplemented.routes.js';
import { voice } from './voice.js';

export type { Stage1Desk } from './desk.js';
export { STAGE1_DEFAULTS, type Stage1Settings } from './settings.js';

export function stage1Surface(desk: Stage1Desk, settings: Stage1Settings): Surface {
  return {
    name: 'stage1',
    title: 'Stage1',
    description: 'Walk-forward research store: datasets, runs, simulations, measurements with SQL, imports and jobs.',
    voice,
    errorSchema: z.looseObject({ error: z.string() }),
    cors: {
      origins: settings.corsOrigins,
      methods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
      allowedHeaders: ['Content-Type', 'X-Stage1-Token'],
      credentials: false,
    },
    bodyBytesMax: settings.bodyBytesMax,
    readsAnyTypeAsJson: true,
    newRequestId: randomUUID,
    acceptsRequestId: (id) => /^[A-Za-z0-9._-]{1,128}$/.test(id),
    identify: tokenGuard(settings),
    routes(app) {
      healthRoutes(app, desk, settings);
      datasetRoutes(app, desk);
      datasetRowsRoutes(app, desk);
      runRoutes(app, desk);
      aliasRoutes(app, desk);
      simulationRoutes(app, desk);
      queryRoutes(app, desk, settings);
      measurementRoutes(app, desk, settings);
      importRoutes(app, desk, settings);
      jobRoutes(app, desk);
      unimplementedRoutes(app);
    },
  };
}
