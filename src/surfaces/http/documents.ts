/** /openapi.json (3.1, from the schemas that validate) and /docs, for one listener. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { isZodSchema } from './faults.js';
import type { App, Surface } from './surface.js';

type Transform = typeof jsonSchemaTransform;

/** Call before any route is registered: a route registered earlier is missing from the document. */
export async function registerDocuments(app: App, surface: Surface, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: surface.title, description: surface.description, version },
    },
    transform: withErrors(surface),
  });
  let text: string | undefined;
  app.get(
    '/openapi.json',
    { schema: { hide: true }, config: { access: 'open', unlimited: true } },
    (_request, reply) => {
      text ??= JSON.stringify(withoutDanglingReferences(app.swagger()));
      return reply.type('application/json; charset=utf-8').send(text);
    },
  );
  await app.register(async (docs) => {
    // The pages are open like the document they show; they hold nothing of the user's.
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'open', unlimited: true };
    });
    await docs.register(swaggerUi, { routePrefix: '/docs', uiConfig: { deepLinking: true } });
  });
}

/** Every route may answer with the surface's error; only the document says so, the serializers never see it. */
const withErrors = ({ errorSchema }: Surface): Transform => {
  if (!isZodSchema(errorSchema)) return jsonSchemaTransform;
  return (document) => {
    const { schema } = document;
    if (schema === undefined || schema.hide === true) return jsonSchemaTransform(document);
    const response = (schema.response ?? {}) as Record<string, unknown>;
    return jsonSchemaTransform({
      ...document,
      schema: { ...schema, response: { ...response, default: errorSchema.describe('Any failure') } },
    });
  };
};

const COMPONENT = '#/components/schemas/';

/**
 * A schema that holds itself (any JSON value, a tree) comes out as a reference to a component that the transform does not
 * write; clients refuse such a document, so it says there what is true: any JSON value.
 */
function withoutDanglingReferences(document: object): unknown {
  const known = ('components' in document && (document.components as { schemas?: object }).schemas) || {};
  const isDangling = (reference: unknown) =>
    typeof reference === 'string' && reference.startsWith(COMPONENT) && !(reference.slice(COMPONENT.length) in known);
  const close = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(close);
    if ('$ref' in value && isDangling(value.$ref)) return { description: 'Any JSON value' };
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, close(member)]));
  };
  return close(document);
}
