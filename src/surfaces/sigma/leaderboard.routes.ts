/** The leaderboard (contract 14). */
import { z } from 'zod';
import { errors } from '#base/errors.js';
import { DAY_MS } from '#services/strategy/days.js';
import { getLeaderboard, LEADERBOARD_ORDERS } from '#services/strategy/leaderboard.service.js';
import type { App } from '../http/surface.js';
import type { SigmaDesk } from './desk.js';
import { listBody, listWire, pageQuery, queryBool } from './envelope.js';
import { choiceOf, daysOf, riskProfileOf } from './fields.js';
import { RowWire, toRow } from './leaderboard.wire.js';

const Query = z.object({
  ...pageQuery(20),
  model_id: z.string().max(128).optional(),
  pack_id: z.string().max(64).optional(),
  tag: z.string().max(128).optional(),
  risk_profile: z.string().optional(),
  pass_gate: queryBool.optional(),
  sort_by: z.string().max(64).optional(),
  order_by: z.string().max(64).optional(),
  order: z.string().max(8).optional(),
  start: z.string().optional(),
  start_date: z.string().optional(),
  end: z.string().optional(),
  end_date: z.string().optional(),
});

const BoardWire = listWire(RowWire, 'leaderboard').extend({ tag: z.string().nullable(), order_by: z.string() });

export function leaderboardRoutes(app: App, desk: SigmaDesk): void {
  app.get(
    '/leaderboard',
    {
      schema: {
        summary: 'Saved runs ranked by out-of-sample results, each with its gate and its trials',
        tags: ['leaderboard'],
        querystring: Query,
        response: { 200: BoardWire },
      },
    },
    async ({ principal, query }) => {
      // S2's word wins where both are given (contract 29.1).
      const field = query.sort_by === undefined ? 'order_by' : 'sort_by';
      const by = choiceOf(query[field], field, LEADERBOARD_ORDERS) ?? 'sharpe_hourly';
      const riskProfile = riskProfileOf(query.risk_profile);
      const { startDay, endDay } = daysOf(query);
      const order = (query.order ?? 'desc').toLowerCase();
      if (order !== 'asc' && order !== 'desc') throw errors.invalidParameter('order', 'Must be asc or desc');
      const page = await getLeaderboard(
        desk,
        principal,
        {
          ...(query.model_id === undefined ? {} : { modelId: query.model_id }),
          ...(query.pack_id === undefined ? {} : { packId: query.pack_id }),
          ...(query.tag === undefined ? {} : { tag: query.tag }),
          ...(riskProfile === null ? {} : { riskProfile }),
          ...(query.pass_gate === undefined ? {} : { passGate: query.pass_gate }),
          ...(startDay === null ? {} : { startedFromMs: startDay * DAY_MS }),
          ...(endDay === null ? {} : { startedBeforeMs: (endDay + 1) * DAY_MS }),
        },
        { by, descending: order === 'desc' },
        query,
      );
      return {
        ...listBody({ items: page.items.map(toRow), total: page.total }, query, 'leaderboard'),
        tag: query.tag ?? null,
        order_by: by,
      };
    },
  );
}
