/** Simulations and their trades (stage1.md 5). */
import { z } from 'zod';
import {
  getSimulation,
  getSimulations,
  getTrades,
  saveSimulationAlone,
} from '#services/research/simulation.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import type { Stage1Desk } from './desk.js';
import { IdParams, pageFields } from './fields.js';
import { DoneWire, done, pageWire, toPageWire } from './page.wire.js';
import {
  readSimulationPost,
  SimulationItemWire,
  SimulationPost,
  SimulationWire,
  toSimulationItemWire,
  toSimulationWire,
} from './simulation.wire.js';
import { asAnswer, sendJsonPieces } from './streaming.js';
import { TradeWire, tradesToJson } from './trade.wire.js';

const SimulationQuery = z.object({
  ...pageFields(50),
  run_id: z.string().optional(),
  dataset_id: z.string().optional(),
});

export function simulationRoutes(app: App, desk: Stage1Desk): void {
  app.get(
    '/api/simulations',
    {
      schema: {
        summary: 'Simulations, newest first',
        querystring: SimulationQuery,
        response: { 200: pageWire('simulations', SimulationItemWire) },
      },
    },
    async ({ query: { run_id: runId, dataset_id: datasetId, ...page } }) =>
      toPageWire('simulations', await getSimulations(desk, { runId, datasetId }, page), page, toSimulationItemWire),
  );

  app.get(
    '/api/simulations/:id',
    { schema: { summary: 'One simulation', params: IdParams, response: { 200: SimulationWire } } },
    async ({ params }) => toSimulationWire(await getSimulation(desk, params.id)),
  );

  app.post(
    '/api/simulations',
    { schema: { summary: 'Create a simulation, or replace it', body: SimulationPost, response: { 201: DoneWire } } },
    async (request, reply) => {
      const input = await readSimulationPost(request.body);
      const saved = await saveSimulationAlone(desk, input);
      noteAudit(request, { subject: { simulation_id: saved.simulationId } });
      return reply.code(201).send({
        ...done('Simulation created successfully'),
        simulation_id: saved.simulationId,
        trades_written: saved.tradesWritten,
      });
    },
  );

  app.get(
    '/api/simulations/:id/trades',
    {
      schema: {
        summary: 'The trades of a simulation in time order',
        params: IdParams,
        querystring: z.object(pageFields(1000, 100_000)),
        response: { 200: pageWire('trades', TradeWire) },
      },
    },
    async ({ params: { id }, query }, reply) =>
      asAnswer(await sendJsonPieces(reply, tradesToJson(id, await getTrades(desk, id, query), query))),
  );
}
