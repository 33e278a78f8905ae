/**
 * Writes an answer as JSON while checking it against its zod schema: one walk in place of zod's copy and JSON.stringify's.
 *
 * Plain parts (objects, lists, texts, numbers, unions, records) are written by hand-compiled closures; any part that asks
 * for more (a format, a refinement, a transform, a codec) goes through zod itself. What does not fit is never written.
 * As with zod, keys that the schema does not name are left out.
 */
import { z } from 'zod';

/** The JSON text, or undefined when the value does not fit. */
export type AnswerWriter = (value: unknown) => string | undefined;

export function compileWriter(schema: z.ZodType): AnswerWriter {
  const known = compiled.get(schema);
  // Met again while it is being compiled: a schema that holds itself (z.json(), a tree). Its writer stands there by the time it is used.
  if (known !== undefined) return known.write ?? ((value) => known.write?.(value));
  const slot: { write?: AnswerWriter } = {};
  compiled.set(schema, slot);
  slot.write = compileNew(schema);
  return slot.write;
}

const compiled = new WeakMap<z.ZodType, { write?: AnswerWriter }>();

function compileNew(schema: z.ZodType): AnswerWriter {
  const def = schema.def as { type: string; checks?: unknown[]; format?: string; coerce?: boolean };
  if (!isPlain(def)) return writeByZod(schema);
  switch (def.type) {
    case 'string':
      return (value) => (typeof value === 'string' ? quote(value) : undefined);
    case 'number':
      return isInteger(def) ? writeInteger : writeNumber;
    case 'boolean':
      return (value) => (value === true ? 'true' : value === false ? 'false' : undefined);
    case 'null':
      return (value) => (value === null ? 'null' : undefined);
    case 'literal':
      return writeOneOf((schema as z.ZodLiteral).def.values);
    case 'enum':
      return writeOneOf(Object.values((schema as z.ZodEnum).def.entries));
    case 'nullable': {
      const inner = compileWriter((schema as z.ZodNullable<z.ZodType>).def.innerType);
      return (value) => (value === null ? 'null' : inner(value));
    }
    case 'readonly':
      return compileWriter((schema as z.ZodReadonly<z.ZodType>).def.innerType);
    case 'union':
      return compileUnion((schema as z.ZodUnion<z.ZodType[]>).def.options);
    case 'array':
      return compileArray((schema as z.ZodArray<z.ZodType>).def.element);
    case 'object':
      return compileObject(schema as z.ZodObject);
    case 'record':
      return compileRecord(schema as z.ZodRecord);
    case 'lazy':
      return compileWriter((schema as z.ZodLazy<z.ZodType>).def.getter());
    default:
      return writeByZod(schema);
  }
}

const writeNumber: AnswerWriter = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? `${value === 0 ? 0 : value}` : undefined;

const writeInteger: AnswerWriter = (value) => (Number.isSafeInteger(value) ? `${value === 0 ? 0 : value}` : undefined);

function writeOneOf(values: readonly unknown[]): AnswerWriter {
  const texts = new Map(values.map((value) => [value, JSON.stringify(value)]));
  return (value) => texts.get(value);
}

function compileUnion(options: readonly z.ZodType[]): AnswerWriter {
  const writers = options.map(compileWriter);
  return (value) => {
    for (const write of writers) {
      const text = write(value);
      if (text !== undefined) return text;
    }
    return undefined;
  };
}

function compileArray(element: z.ZodType): AnswerWriter {
  const write = compileWriter(element);
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    let text = '[';
    for (let i = 0; i < value.length; i++) {
      const item = write(value[i]);
      if (item === undefined) return undefined;
      text += i === 0 ? item : `,${item}`;
    }
    return `${text}]`;
  };
}

function compileObject(schema: z.ZodObject): AnswerWriter {
  const { catchall } = schema.def;
  // Loose objects let everything else through as it is; other catch-alls are zod's business.
  const isLoose = catchall !== undefined && (catchall as z.ZodType).def.type === 'unknown';
  if (catchall !== undefined && !isLoose) return writeByZod(schema);
  const members = Object.entries(schema.shape).map(([key, member]) => {
    const type = member as z.ZodType;
    const isOptional = ['optional', 'unknown', 'any'].includes(type.def.type);
    const inner = type.def.type === 'optional' ? (type as z.ZodOptional<z.ZodType>).def.innerType : type;
    return { key, prefix: `${JSON.stringify(key)}:`, isOptional, write: compileWriter(inner) };
  });
  const named = new Set(Object.keys(schema.shape));
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    let text = '';
    for (const { key, prefix, isOptional, write } of members) {
      const member = (value as Record<string, unknown>)[key];
      if (member === undefined && isOptional) continue;
      const written = write(member);
      if (written === undefined) return undefined;
      text += text === '' ? prefix + written : `,${prefix}${written}`;
    }
    if (isLoose) text += writeOthers(value as Record<string, unknown>, named, text === '');
    return `{${text}}`;
  };
}

function writeOthers(value: Record<string, unknown>, named: ReadonlySet<string>, isFirst: boolean): string {
  let text = '';
  for (const key of Object.keys(value)) {
    if (named.has(key)) continue;
    const written = JSON.stringify(value[key]);
    if (written !== undefined) text += `${isFirst && text === '' ? '' : ','}${quote(key)}:${written}`;
  }
  return text;
}

function compileRecord(schema: z.ZodRecord): AnswerWriter {
  const { keyType, valueType } = schema.def;
  const keyDef = (keyType as z.ZodType).def as { type: string; checks?: unknown[] };
  if (keyDef.type !== 'string' || !isPlain(keyDef)) return writeByZod(schema);
  const write = compileWriter(valueType as z.ZodType);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    let text = '';
    for (const key of Object.keys(value)) {
      const member = write((value as Record<string, unknown>)[key]);
      if (member === undefined) return undefined;
      text += `${text === '' ? '' : ','}${quote(key)}:${member}`;
    }
    return `{${text}}`;
  };
}

/** Schemas that read otherwise than they write are encoded; the others only checked. */
function writeByZod(schema: z.ZodType): AnswerWriter {
  const encodes = readsOtherwise(schema);
  return (value) => {
    const result = encodes ? schema.safeEncode(value) : schema.safeParse(value);
    return result.success ? JSON.stringify(result.data) : undefined;
  };
}

function isPlain(def: { type: string; checks?: unknown[]; format?: string; coerce?: boolean }): boolean {
  if (def.coerce === true) return false;
  if (def.type === 'number') return def.format === undefined ? (def.checks ?? []).every(isSafeInt) : isInteger(def);
  return (def.checks ?? []).length === 0 && def.format === undefined;
}

const isInteger = (def: { checks?: unknown[]; format?: string }) =>
  (def.format === 'safeint' && (def.checks ?? []).every(isSafeInt)) ||
  (def.format === undefined && (def.checks ?? []).length > 0 && (def.checks ?? []).every(isSafeInt));

const isSafeInt = (check: unknown) => {
  const def = (check as { _zod?: { def?: { format?: string } } })._zod?.def;
  return def?.format === 'safeint';
};

/** A codec, transform, default or pipe anywhere inside. */
function readsOtherwise(schema: z.ZodType, seen = new Set<unknown>()): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  const def: Readonly<Record<string, unknown>> = { ...schema.def };
  if (['pipe', 'transform', 'default', 'prefault', 'catch', 'lazy'].includes(String(def['type']))) return true;
  const inside = (value: unknown): boolean => {
    if (value instanceof z.ZodType) return readsOtherwise(value, seen);
    if (Array.isArray(value)) return value.some(inside);
    return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
      ? Object.values(value).some(inside)
      : false;
  };
  if (def['type'] === 'object') return inside({ ...(schema as z.ZodObject).shape }) || inside(def['catchall']);
  return Object.values(def).some(inside);
}

/** JSON.stringify for a text, without its call for the short and plain ones. */
function quote(text: string): string {
  if (text.length > 64) return JSON.stringify(text);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x22 || code === 0x5c || code >= 0xd800) return JSON.stringify(text);
  }
  return `"${text}"`;
}
