/** Packs, their templates and indicator sets (contract 6.4). */
import { z } from 'zod';
import {
  browseIndicatorSets,
  browsePacks,
  browseTemplates,
  getPackContents,
  type IndicatorSet,
  type PackListed,
  type Template,
} from '#services/strategy/pack.service.js';
import type { App } from '../http/surface.js';
import type { SigmaDesk } from './desk.js';
import { listBody, listWire, pageQuery, queryBool } from './envelope.js';
import { toTs } from './job.wire.js';

const PackParams = z.object({ pack_id: z.string().min(1).max(64) });
const PackWire = z.looseObject({ id: z.string(), pack_id: z.string(), pack_sha: z.string() });
const TemplateWire = z.looseObject({ template_id: z.string(), name: z.string(), pack: z.string() });
const SetWire = z.looseObject({ name: z.string(), version: z.int(), scope: z.enum(['pack', 'model']) });
const STATUSES = ['draft', 'published', 'archived'] as const;
const ALL = { limit: 500, offset: 0 };
const tags = ['packs'];

export function packRoutes(app: App, desk: SigmaDesk): void {
  app.get(
    '/model_templates',
    {
      schema: {
        summary: 'Templates that models can be made from',
        tags,
        querystring: z.object({ pack: z.string().max(64).optional(), pack_id: z.string().max(64).optional() }),
        response: { 200: listWire(TemplateWire, 'templates') },
      },
    },
    async ({ principal, query }) => {
      const packId = query.pack ?? query.pack_id;
      const templates = await browseTemplates(desk, {
        ...(packId === undefined ? {} : { packId }),
        ...(principal.role === 'admin' ? {} : { status: 'published' as const }),
      });
      return listBody({ items: templates.map(toTemplate), total: templates.length }, ALL, 'templates');
    },
  );

  app.get(
    '/packs',
    {
      schema: {
        summary: 'Strategy packs',
        tags,
        querystring: z.object(pageQuery(100)),
        response: { 200: listWire(PackWire, 'packs') },
      },
    },
    async ({ principal, query }) => {
      const { items, total } = await browsePacks(desk, query);
      const rows = items.map((pack) => toPack(pack, principal.role === 'admin'));
      return listBody({ items: rows, total }, query, 'packs');
    },
  );

  app.get(
    '/packs/:pack_id',
    {
      schema: {
        summary: 'One pack with what it holds',
        tags,
        params: PackParams,
        response: { 200: z.looseObject({ ok: z.literal(true), pack: PackWire }) },
      },
    },
    async ({ params }) => {
      const { pack, indicatorSets, templates, modelIds, riskProfiles } = await getPackContents(desk, params.pack_id);
      return {
        ok: true as const,
        pack: {
          id: pack.packId,
          pack_id: pack.packId,
          meta: pack.meta,
          indicator_sets: indicatorSets.map(({ name, version, scope }) => ({ name, version, scope })),
          templates: templates.map(({ templateId, templateVersion, doc, status }) => ({
            template_id: templateId,
            name: String(doc['name'] ?? templateId),
            template_version: templateVersion,
            status,
          })),
          models: modelIds,
          risk_profiles: riskProfiles,
          pack_sha: pack.packSha,
        },
      };
    },
  );

  app.get(
    '/packs/:pack_id/templates',
    {
      schema: {
        summary: "A pack's templates",
        tags,
        params: PackParams,
        querystring: z.object({ status: z.enum(STATUSES).default('published') }),
        response: { 200: listWire(TemplateWire, 'templates') },
      },
    },
    async ({ params, query, principal }) => {
      const status = principal.role === 'admin' ? query.status : 'published';
      const templates = await browseTemplates(desk, { packId: params.pack_id, status });
      return listBody({ items: templates.map(toTemplate), total: templates.length }, ALL, 'templates');
    },
  );

  app.get(
    '/packs/:pack_id/indicator_sets',
    {
      schema: {
        summary: "A pack's indicator sets and those of its models",
        tags,
        params: PackParams,
        querystring: z.object({ expand: queryBool.optional() }),
        response: { 200: listWire(SetWire, 'indicator_sets') },
      },
    },
    async ({ params, query }) => {
      const sets = await browseIndicatorSets(desk, params.pack_id);
      const rows = sets.map((set) => toSet(set, query.expand ?? true));
      return listBody({ items: rows, total: sets.length }, ALL, 'indicator_sets');
    },
  );
}

const toPack = (pack: PackListed, isAdmin: boolean) => ({
  id: pack.packId,
  pack_id: pack.packId,
  meta: pack.meta,
  models_count: pack.modelsCount,
  templates_count: pack.templatesCount,
  pack_sha: pack.packSha,
  ...(isAdmin ? { admin: { files: [], updated_at: toTs(pack.updatedAtMs), updated_by: pack.updatedBy } } : {}),
});

function toTemplate({ templateId, templateVersion, packId, status, doc }: Template) {
  const metadata = (doc['metadata'] ?? {}) as { description?: unknown; tags?: unknown };
  return {
    template_id: templateId,
    name: String(doc['name'] ?? templateId),
    pack: packId,
    pack_id: packId,
    horizon: doc['horizon'] ?? null,
    cadence: doc['cadence'] ?? null,
    template_version: templateVersion,
    status,
    description: metadata.description ?? '',
    tags: metadata.tags ?? [],
    algo: doc['algo'] ?? null,
  };
}

const toSet = (set: IndicatorSet, isExpanded: boolean) => ({
  name: set.name,
  version: set.version,
  scope: set.scope,
  model_id: set.modelId,
  description: set.description,
  ...(isExpanded ? { indicators: set.indicators } : {}),
  indicator_set_sha: set.indicatorSetSha,
});
