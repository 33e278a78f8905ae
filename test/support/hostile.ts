/** Hostile requests made from a surface's own OpenAPI document: every endpoint, every parameter, every field of every body. */

export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  /** What is wrong with it, for the report. */
  readonly what: string;
}

type Schema = {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
};
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
}
interface Operation {
  readonly parameters?: Parameter[];
  readonly requestBody?: { readonly content?: Record<string, { readonly schema?: Schema }> };
}
export interface OpenApi {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components?: { readonly schemas?: Record<string, Schema> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Names that are no id of ours: unknown, traversals, SQL, NUL, very long. */
const ODD_IDS = [
  'nope',
  '..%2F..%2Fetc%2Fpasswd',
  "'%3B%20DROP%20TABLE%20run%3B--",
  '%00',
  'a'.repeat(3000),
  '%F0%9F%98%80',
  '-1',
  '%',
];
const ODD_QUERIES = [
  '-1',
  '1e999',
  'abc',
  '%00',
  "'%20OR%201%3D1--",
  '9007199254740993',
  '',
  '..%2F..%2F',
  '0001-01-01',
  '9999-12-31',
];
const DEEP = 10_000;
const ODD_BODIES: readonly [what: string, body: string][] = [
  ['no body', ''],
  ['malformed JSON', '{"a":'],
  ['trailing comma', '{"a":1,}'],
  ['an array', '[]'],
  ['null', 'null'],
  ['a string', '"text"'],
  ['a number', '1'],
  ['an empty object', '{}'],
  ['depth 10,000', `{"metadata":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`],
  ['a prototype', '{"__proto__":{"admin":true},"constructor":{"prototype":{}}}'],
  ['bytes that are not UTF-8', '{"a":"\uFFFD\uD800"}'],
];
/** Raw JSON texts, so that 1e999 and 2^53 + 1 arrive as written. */
const ODD_VALUES = [
  'null',
  'true',
  '1e999',
  '-1',
  '9007199254740993',
  '"../../../etc/passwd"',
  '"\\u0000"',
  '"\'; DROP TABLE run; --"',
  '"0001-01-01"',
  '[]',
  '{}',
  '[{"a":[]}]',
  '""',
  `"${'x'.repeat(5000)}"`,
];
const PLAUSIBLE: Record<string, string> = {
  string: '"x"',
  number: '1000',
  integer: '1000',
  boolean: 'true',
  array: '[]',
  object: '{}',
};

export function hostileRequests(document: OpenApi): HostileRequest[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method] !== undefined).flatMap((method) =>
      requestsTo(document, path, method, item[method]!),
    ),
  );
}

function requestsTo(document: OpenApi, path: string, method: string, operation: Operation): HostileRequest[] {
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  const fields = schema === undefined ? {} : fieldsOf(document, schema);
  const whole = JSON.stringify(Object.fromEntries(Object.keys(fields).map((name) => [name, 0])));
  const isWriting = method !== 'get' && method !== 'delete';
  const at = (id: string) => path.replace(/\{[^}]+\}/g, id);
  const request = (what: string, target: string, body?: string): HostileRequest => ({
    method: method.toUpperCase(),
    path: target,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
    what,
  });
  const plain = isWriting ? plausibleBody(fields) : undefined;

  const ids = path.includes('{') ? ODD_IDS.map((id) => request(`id ${id.slice(0, 20)}`, at(id), plain)) : [];
  const queries = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'query')
    .flatMap(({ name }) =>
      ODD_QUERIES.map((value) => request(`query ${name}=${value}`, `${at('nope')}?${name}=${value}`, plain)),
    );
  if (!isWriting) return [...ids, ...queries, request('nothing odd', at('nope'))];

  const bodies = [...ODD_BODIES, ['every field a number', whole] as const].map(([what, body]) =>
    request(`body: ${what}`, at('nope'), body),
  );
  const values = Object.keys(fields).flatMap((name) =>
    ODD_VALUES.map((value) =>
      request(`field ${name} = ${value.slice(0, 24)}`, at('nope'), plausibleBody(fields, { [name]: value })),
    ),
  );
  const missing = Object.keys(fields).map((name) =>
    request(`without ${name}`, at('nope'), plausibleBody(without(fields, name))),
  );
  const types = [
    { ...request('a body of an unknown type', at('nope'), 'x'), headers: { 'content-type': 'application/x-odd' } },
  ];
  return [...ids, ...queries, ...bodies, ...values, ...missing, ...types];
}

function plausibleBody(fields: Record<string, Schema>, odd: Record<string, string> = {}): string {
  const members = Object.entries(fields).map(
    ([name, schema]) => `${JSON.stringify(name)}:${odd[name] ?? plausible(schema)}`,
  );
  return `{${members.join(',')}}`;
}

const plausible = (schema: Schema): string => {
  const type = Array.isArray(schema.type)
    ? schema.type[0]
    : (schema.type ?? [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])][0]?.type);
  return PLAUSIBLE[String(type)] ?? '"x"';
};

const without = (fields: Record<string, Schema>, name: string) =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

function fieldsOf(document: OpenApi, schema: Schema): Record<string, Schema> {
  if (schema.$ref !== undefined) {
    const named = document.components?.schemas?.[schema.$ref.split('/').at(-1)!];
    return named === undefined ? {} : fieldsOf(document, named);
  }
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return Object.assign({}, ...parts.map((part) => fieldsOf(document, part)), schema.properties ?? {});
}
