/** From what zod found to faults that a voice can say, and the validator and serializer compilers that the kit hands to Fastify. */
import { type core, z } from 'zod';
import { compileWriter } from './answer-writer.js';
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

/** Answers are checked as they leave; one that does not fit becomes a 500 with its issues in the log. */
export const compileSerializer = ({ schema, method, url }: { schema: unknown; method: string; url: string }) => {
  const zodSchema = schema as z.ZodType;
  const write = compileWriter(zodSchema);
  return (data: unknown): string => {
    const text = write(data);
    if (text !== undefined) return text;
    const { error } = zodSchema.safeParse(data);
    throw new AnswerMismatchError(`${method} ${url}`, error?.issues ?? []);
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
  // Fastify hands an absent body over as null.
  const isAbsentBody = location === 'body' && data === null && issue.path.length === 0;
  const isMissing =
    isAbsentBody || (input === undefined && issue.code !== 'unrecognized_keys' && issue.code !== 'custom');
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
