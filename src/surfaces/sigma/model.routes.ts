/** Models (contract 7). */
import { z } from 'zod';
import type { JsonObject } from '#base/json.js';
import {
  browseModels,
  createFromParts,
  createFromTemplate,
  getModelView,
  patchModel,
} from '#services/strategy/model.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import type { SigmaDesk } from './desk.js';
import { listBody, listWire, pageQuery, unknownKeyWarnings } from './envelope.js';
import { riskProfileOf } from './fields.js';
import {
  ModelCreatedWire,
  ModelDetailWire,
  ModelPatch,
  ModelPatchedWire,
  ModelPost,
  ModelRowWire,
  partsWishOf,
  templateWishOf,
  toCreated,
  toModelDetail,
  toModelRow,
  toPatched,
} from './model.wire.js';

const ModelQuery = z.object({
  ...pageQuery(100),
  model_id: z.string().max(128).optional(),
  pack_id: z.string().max(64).optional(),
  q: z.string().max(128).optional(),
  risk_profile: z.string().optional(),
});
const ModelParams = z.object({ model_id: z.string().min(1).max(128) });
const tags = ['models'];

export function modelRoutes(app: App, desk: SigmaDesk): void {
  app.post(
    '/models',
    {
      schema: {
        summary: 'Create a model, from a template or from its parts',
        tags,
        body: ModelPost,
        response: { 200: ModelCreatedWire, 201: ModelCreatedWire },
      },
      config: { action: 'model.create', idempotent: true },
    },
    async (request, reply) => {
      const { body, principal } = request;
      const created =
        body.template_id === undefined
          ? await createFromParts(desk, principal, partsWishOf(body))
          : await createFromTemplate(desk, principal, templateWishOf(body));
      noteAudit(request, { subject: { model_id: created.model.modelId } });
      reply.code(created.status === 'exists' ? 200 : 201);
      return toCreated(created, unknownKeyWarnings(body, Object.keys(ModelPost.shape)));
    },
  );

  app.get(
    '/models',
    {
      schema: {
        summary: 'Models, the latest changed first',
        tags,
        querystring: ModelQuery,
        response: { 200: listWire(ModelRowWire, 'models') },
      },
    },
    async ({ principal, query }) => {
      const riskProfile = riskProfileOf(query.risk_profile);
      const filter = {
        ...(query.model_id === undefined ? {} : { modelId: query.model_id }),
        ...(query.pack_id === undefined ? {} : { packId: query.pack_id }),
        ...(query.q === undefined ? {} : { text: query.q }),
        ...(riskProfile === null ? {} : { riskProfile }),
      };
      const { items, total } = await browseModels(desk, principal, filter, query);
      // This list has always called all matches its count (contract 1.2).
      return { ...listBody({ items: items.map(toModelRow), total }, query, 'models'), count: total };
    },
  );

  app.get(
    '/models/:model_id',
    {
      schema: {
        summary: 'One model with its configuration, policy and best result',
        tags,
        params: ModelParams,
        response: { 200: ModelDetailWire },
      },
    },
    async ({ principal, params }) => toModelDetail(await getModelView(desk, principal, params.model_id)),
  );

  app.patch(
    '/models/:model_id',
    {
      schema: {
        summary: 'Change a configuration: keys are replaced, objects merged one level, null deletes',
        tags,
        params: ModelParams,
        body: ModelPatch,
        response: { 200: ModelPatchedWire },
      },
      config: { action: 'model.update' },
    },
    async (request) => {
      const ifMatch = request.headers['if-match']?.replace(/^W\/|"/g, '');
      const patched = await patchModel(desk, request.principal, {
        modelId: request.params.model_id,
        config: request.body.config as JsonObject,
        ...(request.body.pack_id === undefined ? {} : { packId: request.body.pack_id }),
        ...(ifMatch === undefined || ifMatch === '*' ? {} : { ifMatch }),
      });
      noteAudit(request, { subject: { model_id: patched.model.modelId } });
      return toPatched(patched, unknownKeyWarnings(request.body, [...Object.keys(ModelPatch.shape), 'pack']));
    },
  );
}
