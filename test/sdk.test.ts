import swagger from '@fastify/swagger';
import { build } from 'esbuild';
import fastify from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { typeOf } from '../scripts/generate/json-schema-types.js';
import { layOut } from '../scripts/generate/layout.js';
import { clientFile } from '../scripts/generate/sdk.js';
import type { ApiError } from '../sdk/typescript/src/request.js';

const Thing = z.object({ id: z.string(), size: z.number().nullable(), tags: z.array(z.string()).optional() });

async function sampleServer() {
  const app = fastify().withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Sample', version: '1' } },
    transform: jsonSchemaTransform,
  });
  app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.get(
    '/api/things/:id',
    {
      schema: {
        params: z.object({ id: z.string() }),
        querystring: z.object({ limit: z.coerce.number().optional() }),
        response: { 200: Thing },
      },
    },
    async ({ params, query }) => ({ id: params.id, size: query.limit ?? null }),
  );
  app.post(
    '/api/things',
    {
      schema: {
        body: z.object({ name: z.enum(['a', 'b']) }),
        response: { 201: z.object({ success: z.literal(true), name: z.string() }) },
      },
    },
    async ({ body }, reply) => reply.status(201).send({ success: true as const, name: body.name }),
  );
  app.post('/api/upload', { schema: { consumes: ['text/csv'] } }, async ({ body }) => ({
    length: String(body).length,
  }));
  app.get('/api/refused', async (_request, reply) =>
    reply.status(409).send({ error: { code: 'CONFLICT', message: 'It is taken' } }),
  );
  await app.ready();
  return app;
}

type Call = (parameters?: object) => Promise<unknown>;

/** The generated file, compiled and run: the same text that `npm run generate` writes. */
async function runClient(source: string, baseUrl: string): Promise<Record<string, Call>> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: 'sdk/typescript/src/generated', loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
  });
  const module = (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]!.text)}`)) as Record<
    string,
    (options: object) => Record<string, Call>
  >;
  return module['sampleClient']!({ baseUrl });
}

describe('a generated client', () => {
  let app: Awaited<ReturnType<typeof sampleServer>>;
  let source: string;
  let client: Record<string, Call>;

  beforeAll(async () => {
    app = await sampleServer();
    source = clientFile('sample', app.swagger());
    client = await runClient(source, await app.listen({ port: 0 }));
  });
  afterAll(() => app.close());

  it('has a function for every operation, typed by its schemas', () => {
    expect(source).toContain(
      'GetThingsByIdParameters = { path: { id: string | number }; query?: { limit?: number | undefined } } & CallOptions;',
    );
    expect(source).toContain('GetThingsByIdAnswer = { id: string; size: number | null; tags?: string[] | undefined };');
    expect(source).toContain('PostThingsParameters = { body: { name: "a" | "b" } } & CallOptions;');
  });

  it('fills paths, queries and JSON bodies', async () => {
    expect(await client['getThingsById']!({ path: { id: 'a b/c' }, query: { limit: 3 } })).toEqual({
      id: 'a b/c',
      size: 3,
    });
    expect(await client['postThings']!({ body: { name: 'b' } })).toEqual({ success: true, name: 'b' });
  });

  it('sends text as it is, under the type the caller names', async () => {
    const sent = { body: 'a,b\n1,2\n', headers: { 'content-type': 'text/csv' } };
    expect(await client['postUpload']!(sent)).toEqual({ length: 8 });
  });

  it('throws an error that carries the status, the body and the sentence in it', async () => {
    const failure = await client['getRefused']!().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'ApiError',
      status: 409,
      body: { error: { code: 'CONFLICT', message: 'It is taken' } },
      message: expect.stringMatching(/^GET http.*\/api\/refused: 409 It is taken$/),
    });
  });

  it('says when nobody answers', async () => {
    const nobody = await runClient(source, 'http://127.0.0.1:1');
    const failure = (await nobody['getRefused']!().catch((error: unknown) => error)) as ApiError;
    expect(failure.status).toBe(0);
    expect(failure.message).toContain('no answer');
  });
});

describe('JSON Schema as a type', () => {
  const name = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1);
  it.each([
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
    [{ enum: ['a', 1] }, '"a" | 1'],
    [{ type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } }, '(string | number)[]'],
    [{ type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }] }, '[string, number]'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'Record<string, number>'],
    [
      { type: 'object', properties: { 'a-b': { type: 'string' } }, additionalProperties: false },
      '{ "a-b"?: string | undefined }',
    ],
    [{ type: 'object', properties: { a: { $ref: '#/components/schemas/B' } }, required: ['a'] }, '{ a: B }'],
    [{ allOf: [{ $ref: '#/x/A' }, { $ref: '#/x/B' }] }, 'A & B'],
    [{}, 'unknown'],
    [true, 'unknown'],
    [{ not: {} }, 'never'],
  ])('%j is %s', (schema, expected) => {
    expect(typeOf(schema, name)).toBe(expected);
  });
});

describe('laying out', () => {
  const long = (name: string) => `${name}: "${'x'.repeat(60)}; {"`;
  it('leaves short types on their line', () => {
    expect(layOut('{ a: string; b: { c: number } }')).toBe('{ a: string; b: { c: number } }');
  });
  it('breaks long ones at their members, not inside strings', () => {
    expect(layOut(`({ ${long('a')}; b: { c: number }; ${long('d')} })[] | null`)).toBe(
      `({\n  ${long('a')};\n  b: { c: number };\n  ${long('d')};\n})[] | null`,
    );
  });
});
