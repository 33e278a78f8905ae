/** The TypeScript client: for every OpenAPI document in docs/api a file of types and one function an operation. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type JsonSchema, typeOf } from './json-schema-types.js';
import { layOut } from './layout.js';

const Schema = z.custom<JsonSchema>((value) => typeof value === 'object' || typeof value === 'boolean');
const Content = z.record(z.string(), z.object({ schema: Schema.optional() }));
const Parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header', 'cookie']),
  required: z.boolean().default(false),
  schema: Schema.optional(),
});
const Operation = z.object({
  operationId: z.string().optional(),
  summary: z.string().optional(),
  parameters: z.array(Parameter).default([]),
  requestBody: z.object({ required: z.boolean().default(false), content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.optional() })).default({}),
});
type Operation = z.infer<typeof Operation>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const OpenApi = z.object({
  info: z.object({ title: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), Schema).default({}) }).optional(),
});

const HOME = 'sdk/typescript/src';

/** Path to content, for every document found; nothing when there are none yet. */
export function sdkFiles(dir: string): Map<string, string> {
  const documents = existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith('.json')) : [];
  const surfaces = documents.map((name) => basename(name, '.json')).sort();
  const files = new Map([[`${HOME}/generated/index.ts`, indexFile(surfaces)]]);
  for (const surface of surfaces) {
    const document: unknown = JSON.parse(readFileSync(join(dir, `${surface}.json`), 'utf8'));
    files.set(`${HOME}/generated/${surface}.ts`, clientFile(surface, document));
  }
  return files;
}

const indexFile = (surfaces: readonly string[]) =>
  `/** The clients, one a surface: made by \`npm run generate\`. */
${surfaces.map((one) => `export type * as ${typeName(one)} from './${one}.js';\nexport { type ${typeName(one)}Client, ${camel(one)}Client } from './${one}.js';`).join('\n') || 'export {};'}
`;

/** One surface's file: the types of what goes in and comes out, and a function that makes its client. */
export function clientFile(surface: string, document: unknown): string {
  const { info, paths, components } = OpenApi.parse(withoutLooseEnds(document));
  const operations = nameOperations(paths);
  const shared = Object.entries(components?.schemas ?? {}).map(([name, schema]) =>
    declare(typeName(name), typeOf(schema, refName)),
  );
  const own = operations.flatMap((one) => [
    declare(`${typeName(one.name)}Parameters`, parametersType(one)),
    declare(`${typeName(one.name)}Answer`, answerType(one.operation)),
  ]);
  const members = operations.map((one) => `${memberDoc(one)}    ${one.name}: ${memberFunction(one)},`);
  const types = [...shared, ...own].join('\n');
  const needs = ['CallOptions', 'RawBody'].filter((name) => types.includes(name)).map((name) => `type ${name}`);
  return `/** ${info.title}: made by \`npm run generate\` from docs/api/${surface}.json. */
import { ${['type ClientOptions', 'call', ...needs].sort(byName).join(', ')} } from '../request.js';

${types}
export function ${camel(surface)}Client(options: ClientOptions) {
  return {
    /** Where this client calls, for requests that no function makes. */
    options,
${members.join('\n')}
  };
}

export type ${typeName(surface)}Client = ReturnType<typeof ${camel(surface)}Client>;
`;
}

/** A reference to a schema that the document does not hold says nothing: it becomes the schema of anything. */
function withoutLooseEnds(document: unknown): unknown {
  const known = OpenApi.parse(document).components?.schemas ?? {};
  return JSON.parse(JSON.stringify(document), (_, value: unknown) => {
    const ref = typeof value === 'object' && value !== null && '$ref' in value ? String(value.$ref) : undefined;
    return ref === undefined || ref.slice(ref.lastIndexOf('/') + 1) in known ? value : {};
  });
}

const declare = (name: string, type: string) => `export type ${name} = ${layOut(type)};\n`;
const byName = (a: string, b: string) => (a.replace('type ', '') < b.replace('type ', '') ? -1 : 1);

interface NamedOperation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** By operationId where there is one, else from the method and the path: GET /api/runs/{id} is getRunsById. */
function nameOperations(paths: Record<string, Record<string, unknown>>): NamedOperation[] {
  const seen = new Map<string, number>();
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => {
      const operation = Operation.parse(item[method]);
      const wanted = camel(operation.operationId ?? `${method}${wordsOfPath(path)}`);
      const count = (seen.get(wanted) ?? 0) + 1;
      seen.set(wanted, count);
      return { name: count === 1 ? wanted : `${wanted}${count}`, method, path, operation };
    }),
  );
}

const wordsOfPath = (path: string) =>
  path
    .replace(/^\/api\/(v1\/)?/, '/')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('{') ? `By-${part.slice(1, -1)}` : part))
    .map((part) => `-${part}`)
    .join('') || '-root';

const memberDoc = ({ method, path, operation }: NamedOperation) =>
  `    /** ${operation.summary === undefined ? '' : `${operation.summary.replace(/\*\//g, '')} `}\`${method.toUpperCase()} ${path}\` */\n`;

function memberFunction({ name, method, path, operation }: NamedOperation): string {
  const isOptional = groupsOf(operation).every((one) => one.isOptional);
  const type = typeName(name);
  return `(parameters${isOptional ? '?' : ''}: ${type}Parameters) =>
      call<${type}Answer>(options, '${method.toUpperCase()}', '${path}', parameters)`;
}

const groupsOf = (operation: Operation): Group[] =>
  [
    group(
      'path',
      operation.parameters.filter((one) => one.in === 'path'),
    ),
    group(
      'query',
      operation.parameters.filter((one) => one.in === 'query'),
    ),
    bodyGroup(operation),
  ].filter((one) => one !== undefined);

function parametersType({ operation }: NamedOperation): string {
  const members = groupsOf(operation).map((one) => one.text);
  return members.length === 0 ? 'CallOptions' : `{ ${members.join('; ')} } & CallOptions`;
}

interface Group {
  readonly text: string;
  readonly isOptional: boolean;
}

function group(name: string, parameters: Operation['parameters']): Group | undefined {
  if (parameters.length === 0) return undefined;
  const members = parameters.map((one) => {
    const isNeeded = one.required || one.in === 'path';
    const type = one.in === 'path' ? 'string | number' : queryType(typeOf(one.schema ?? true, refName));
    return `${key(one.name)}${isNeeded ? '' : '?'}: ${isNeeded ? type : `${type} | undefined`}`;
  });
  const isOptional = parameters.every((one) => !one.required && one.in !== 'path');
  return { text: `${name}${isOptional ? '?' : ''}: { ${members.join('; ')} }`, isOptional };
}

/** On the wire everything in a path or a query is text, so numbers and truth values may stand for text. */
const queryType = (type: string) => type.replace(/\bstring\b(?!\[)/, 'string | number | boolean');

function bodyGroup({ requestBody }: Operation): Group | undefined {
  if (requestBody === undefined) return undefined;
  const types = Object.entries(requestBody.content).map(([type, { schema }]) =>
    type.includes('json') ? typeOf(schema ?? true, refName) : 'RawBody',
  );
  const isOptional = !requestBody.required;
  return { text: `body${isOptional ? '?' : ''}: ${[...new Set(types)].join(' | ') || 'unknown'}`, isOptional };
}

function answerType({ responses }: Operation): string {
  const types = Object.entries(responses)
    .filter(([status]) => /^2/.test(status))
    .flatMap(([, { content }]) => Object.entries(content ?? {}))
    .map(([type, { schema }]) => (/json/.test(type) ? typeOf(schema ?? true, refName) : 'string'));
  return [...new Set(types)].join(' | ') || 'unknown';
}

const refName = (ref: string) => typeName(ref.slice(ref.lastIndexOf('/') + 1));
const key = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

/** `post-questdb-import_async` as postQuestdbImportAsync. */
function camel(text: string): string {
  const [first = '', ...rest] = text.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  return first.charAt(0).toLowerCase() + first.slice(1) + rest.map(capital).join('');
}

const capital = (part: string) => part.charAt(0).toUpperCase() + part.slice(1);
const typeName = (text: string) => capital(camel(text));
