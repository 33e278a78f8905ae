/** From what zod found to faults that a voice can say, and the validator and serializer compilers that the kit hands to Fastify. */
import type { FastifySchema } from 'fastify';
import { type core, z } from 'zod';
import type { FieldFault } from './surface.js';

const LOCATIONS: Record<string, FieldFault['location']> = {
  querystring: 'query',
  params: 'path',
  headers: 'headers',
  body: 'body',
};

/** A request that does not fit its schema; the listener turns it into the surface's words. */
export class FaultsError extends Error {
  override readonly name = 'FaultsError';
  readonly faults: readonly FieldFault[];

  constructor(faults: readonly FieldFault[]) {
    super('The request does not fit its schema');
    this.faults = faults;
  }
}

/** An answer of ours that does not fit its own schema: a bug of ours. */
export class AnswerMismatchError extends Error {
  override readonly name = 'AnswerMismatchError';
  readonly issues: readonly core.$ZodIssue[];

  constructor(route: string, issues: readonly core.$ZodIssue[]) {
    super(`The answer of ${route} does not fit its schema`);
    this.issues = issues;
  }
}

export const compileValidator =
  ({ schema, httpPart }: { schema: z.ZodType; httpPart?: string | undefined }) =>
  (data: unknown): { value: unknown } | { error: Error } => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    return { error: new FaultsError(faultsOf(result.error.issues, LOCATIONS[httpPart ?? ''] ?? 'body', data)) };
  };

/**
 * Answers are checked as they leave. Plain schemas take zod's compiled way; those with a codec or a transform inside are
 * encoded, which walks the schema and is slower.
 */
export const compileSerializer = ({ schema, method, url }: { schema: unknown; method: string; url: string }) => {
  const zodSchema = schema as z.ZodType;
  const encodes = hasTwoSides(zodSchema);
  return (data: unknown): string => {
    const result = encodes ? zodSchema.safeEncode(data as never) : zodSchema.safeParse(data);
    if (!result.success) throw new AnswerMismatchError(`${method} ${url}`, result.error.issues);
    return JSON.stringify(result.data);
  };
};

export const isZodSchema = (schema: unknown): schema is z.ZodType => schema instanceof z.ZodType;

export function faultsOf(
  issues: readonly core.$ZodIssue[],
  location: FieldFault['location'],
  data: unknown,
): FieldFault[] {
  return issues.flatMap((issue) => flatten(issue)).map((issue) => toFault(issue, location, data));
}

/** A union says "none of us": the branch that came nearest tells more. An unknown key is its own fault, one a key. */
function flatten(issue: core.$ZodIssue): core.$ZodIssue[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ ...issue, path: [...issue.path, key], keys: [key] }));
  if (issue.code !== 'invalid_union') return [issue];
  const branches = issue.errors.filter((branch) => branch.some((inner) => inner.path.length > 0));
  if (branches.length === 0) return [issue];
  const nearest = branches.reduce((best, branch) => (branch.length < best.length ? branch : best));
  return nearest.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] }));
}

function toFault(issue: core.$ZodIssue, location: FieldFault['location'], data: unknown): FieldFault {
  const input = valueAt(data, issue.path);
  const isMissing = input === undefined && issue.code !== 'unrecognized_keys' && issue.code !== 'custom';
  return { location, path: issue.path.map(String), isMissing, message: issue.message, issue, input };
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let at = data;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

/** Whether a schema reads otherwise than it writes (codec, transform, default, pipe) anywhere inside. */
function hasTwoSides(schema: z.ZodType, seen = new Set<unknown>()): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  const def = schema.def as unknown as Record<string, unknown>;
  if (['pipe', 'transform', 'default', 'prefault', 'catch', 'preprocess'].includes(String(def['type']))) return true;
  const inside = (value: unknown): boolean =>
    value instanceof z.ZodType
      ? hasTwoSides(value, seen)
      : Array.isArray(value)
        ? value.some(inside)
        : typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
          ? Object.values(value).some(inside)
          : false;
  if (def['type'] === 'lazy') return true;
  if (def['type'] === 'object') return inside((schema as z.ZodObject).shape) || inside(def['catchall']);
  return Object.values(def).some(inside);
}

export type ZodRouteSchema = FastifySchema & { response?: Record<string, z.ZodType> };
