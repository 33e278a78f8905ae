/** Is the lab alive, and how are one ticker, pack or model doing (contract 22)? */
import { z } from 'zod';
import { listIndicators } from '#services/strategy/indicator.service.js';
import { checkModel, checkPack, checkTicker } from '#services/strategy/lab-health.service.js';
import { probeLab } from '#services/strategy/lab-probes.service.js';
import type { App } from '../http/surface.js';
import type { SigmaDesk } from './desk.js';
import { tickerOf } from './fields.js';
import { requireSignIn, type SigmaIdentity } from './identify.js';
import { toTs } from './job.wire.js';
import type { SigmaSettings } from './settings.js';
import { tsOrNull } from './train.wire.js';

const HealthWire = z.looseObject({ ok: z.boolean(), status: z.string(), version: z.string() });
const Query = z.object({
  ticker: z.string().max(12).optional(),
  pack_id: z.string().max(64).optional(),
  model_id: z.string().max(128).optional(),
});
const tags = ['health'];

export function healthRoutes(app: App, desk: SigmaDesk, settings: SigmaSettings, identity: SigmaIdentity): void {
  app.get(
    '/health',
    {
      schema: { summary: 'Whether the lab answers', tags, response: { 200: HealthWire, 503: HealthWire } },
      config: { access: 'open', unlimited: true },
    },
    async (_request, reply) => {
      const { isDatabaseUp } = await probeLab(desk);
      if (!isDatabaseUp) reply.code(503);
      return {
        ok: isDatabaseUp,
        status: isDatabaseUp ? 'healthy' : 'unhealthy',
        service: 'sigma-lab',
        version: settings.version,
        uptime_s: Math.floor((desk.clock.nowMs() - settings.startedAtMs) / 1000),
        deps: { db: word(isDatabaseUp), cache: 'ok', queue: word(isDatabaseUp) },
      };
    },
  );

  app.get(
    '/healthz',
    {
      schema: {
        summary: 'Every component, and on request one ticker, pack and model',
        tags,
        querystring: Query,
        response: { 200: HealthWire, 503: HealthWire },
      },
      config: { access: 'open', unlimited: true },
    },
    async (request, reply) => {
      const { query, principal } = request;
      const hasQuestion = Object.values(query).some((value) => value !== undefined);
      if (hasQuestion) requireSignIn(identity, request);
      const probes = await probeLab(desk);
      const { isDatabaseUp, areWorkersUp, queueDepth, isMeasurementsUp } = probes;
      const isUp = isDatabaseUp && areWorkersUp;
      const status = !isUp ? 'unhealthy' : isMeasurementsUp ? 'healthy' : 'degraded';
      if (!isUp) reply.code(503);
      return {
        ok: isUp,
        status,
        timestamp: toTs(desk.clock.nowMs()),
        components: {
          database: state(isDatabaseUp),
          cache: state(true),
          polygon_api: 'not_configured',
          worker_queue: state(areWorkersUp),
          measurements: state(isMeasurementsUp),
        },
        version: settings.version,
        ...(hasQuestion && isDatabaseUp ? await blocksOf(desk, query, principal) : {}),
        checks: {
          db_ok: isDatabaseUp,
          indicators_count: listIndicators().length,
          queue_depth: queueDepth,
        },
        errors: {},
      };
    },
  );
}

const word = (isUp: boolean) => (isUp ? 'ok' : 'down');
const state = (isUp: boolean) => (isUp ? 'healthy' : 'unhealthy');

async function blocksOf(
  desk: SigmaDesk,
  query: z.infer<typeof Query>,
  principal: Parameters<typeof checkModel>[1],
): Promise<object> {
  const ticker = tickerOf(query.ticker);
  return {
    ...(ticker === null ? {} : { ticker: await tickerBlock(desk, ticker) }),
    ...(query.pack_id === undefined ? {} : { pack: await packBlock(desk, query.pack_id) }),
    ...(query.model_id === undefined ? {} : { model: await modelBlock(desk, principal, query.model_id) }),
  };
}

async function tickerBlock(desk: SigmaDesk, ticker: string) {
  const { symbol, status, lastUpdateMs, dataQuality, rows } = await checkTicker(desk, ticker);
  return { symbol, status, last_update: tsOrNull(lastUpdateMs), data_quality: dataQuality, rows };
}

async function packBlock(desk: SigmaDesk, packId: string) {
  const { id, status, modelsCount } = await checkPack(desk, packId);
  return { id, status, models_count: modelsCount, active_signals: 0 };
}

async function modelBlock(desk: SigmaDesk, principal: Parameters<typeof checkModel>[1], modelId: string) {
  const { id, status, lastBacktestMs, performance } = await checkModel(desk, principal, modelId);
  return { id, status, last_backtest: tsOrNull(lastBacktestMs), performance };
}
