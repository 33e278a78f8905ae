/** The indicator registry (contract 9). */
import { z } from 'zod';
import { type IndicatorEntry, listIndicators, listRequirements } from '#services/strategy/indicator.service.js';
import type { App } from '../http/surface.js';
import type { SigmaDesk } from './desk.js';
import { listBody, listWire, queryBool } from './envelope.js';

const IndicatorWire = z.looseObject({ name: z.string(), category: z.string(), subcategory: z.string() });
const Grouped = z.object({
  ok: z.literal(true),
  groups: z.record(z.string(), z.record(z.string(), z.array(z.string()))),
});
const tags = ['indicators'];

export function indicatorRoutes(app: App, desk: SigmaDesk): void {
  app.get(
    '/indicators',
    {
      schema: {
        summary: 'Every indicator with its parameters',
        tags,
        querystring: z.object({ group: queryBool.optional(), bypass_cache: queryBool.optional() }),
        response: { 200: z.union([Grouped, listWire(IndicatorWire, 'indicators')]) },
      },
    },
    async ({ query }) => {
      const entries = listIndicators();
      if (query.group === true) return { ok: true as const, groups: grouped(entries) };
      const page = { limit: 500, offset: 0 };
      return listBody({ items: entries.map(toWire), total: entries.length }, page, 'indicators');
    },
  );

  app.get(
    '/indicators/status',
    {
      schema: {
        summary: 'Whether every indicator loaded, and which kinds of data are there for them',
        tags,
        response: {
          200: z.looseObject({ ok: z.literal(true), status: z.enum(['ready', 'degraded']), count: z.int() }),
        },
      },
    },
    async () => {
      const requirements = await listRequirements(desk);
      const isDegraded = requirements.some(({ reason }) => reason !== null);
      return {
        ok: true as const,
        status: isDegraded ? ('degraded' as const) : ('ready' as const),
        count: listIndicators().length,
        load_errors: [],
        by_requirement: Object.fromEntries(
          requirements.map(({ requirement, reason }) => [requirement, { available: reason === null, reason }]),
        ),
      };
    },
  );
}

const toWire = ({ params, ...entry }: IndicatorEntry) => ({
  ...entry,
  params: params.map(({ name }) => name),
  params_schema: params,
});

function grouped(entries: readonly IndicatorEntry[]): Record<string, Record<string, string[]>> {
  const groups: Record<string, Record<string, string[]>> = {};
  for (const { category, subcategory, name } of entries) {
    const group = groups[category] ?? {};
    group[subcategory] = [...(group[subcategory] ?? []), name];
    groups[category] = group;
  }
  return groups;
}
