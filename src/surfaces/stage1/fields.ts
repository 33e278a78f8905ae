/** The kinds of field that Stage1's requests are made of. */
import { z } from 'zod';
import type { JsonObject } from '#base/json.js';
import { checkedMeasurementName } from '#services/research/measurement.service.js';
import { isoToMicroseconds, timeUnitOf, toMicroseconds } from '#services/research/time-unit.js';
import { parseJsonText } from './json-text.js';

/** An integer in a query string. */
export const queryInteger = (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^-?\d{1,16}$/, 'not an integer')
    .transform(Number)
    .pipe(z.int().min(min).max(max));

export const queryFlag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');

/** stage1.md 1. */
export const LIMIT_MAX = 10_000;

export const pageFields = (limitDefault: number, limitMax = LIMIT_MAX) => ({
  limit: queryInteger(1, limitMax).default(limitDefault),
  offset: queryInteger(0).default(0),
});

export const IdParams = z.object({ id: z.string() });

/** Ids that clients give; the empty text is none. */
export const idText = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{0,128}$/, 'up to 128 of letters, digits, . _ : -')
  .transform((text) => (text === '' ? undefined : text));

/** Text for a column that is indexed: PostgreSQL holds no long text there. */
export const shortText = z.string().max(256);

/** Null means "not given", because clients write it so. */
export const orNothing = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => (value ?? undefined) as NonNullable<z.output<T>> | undefined);

/** An object, or a text that holds one. */
export const objectOrText = z.union([z.looseObject({}), z.string()]).transform((value, context): JsonObject => {
  // What is an object here came out of a JSON body.
  if (typeof value !== 'string') return value as JsonObject;
  if (value.trim() === '') return {};
  const parsed = parseJsonText(value);
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as JsonObject;
  context.addIssue({ code: 'custom', message: 'neither an object nor the text of one' });
  return z.NEVER;
});

/** A time as microseconds: a number whose size tells its unit, or ISO text. */
export const timeUs = z.union([z.number(), z.string()]).transform((value, context) => {
  const us = typeof value === 'number' ? toMicroseconds(value, timeUnitOf(value)) : isoToMicroseconds(value);
  if (us !== undefined && Number.isSafeInteger(us)) return us;
  context.addIssue({ code: 'custom', message: 'not a time' });
  return z.NEVER;
});

/** A time as whole milliseconds, within what a date can hold; the empty text is none. */
export const timeMs = z.union([z.number(), z.string()]).transform((value, context): number | undefined => {
  if (value === '') return undefined;
  const us = typeof value === 'number' ? toMicroseconds(value, timeUnitOf(value)) : isoToMicroseconds(value);
  // PostgreSQL's year 1 to 9999; beyond, other programs cannot read our ISO text.
  if (us !== undefined && us >= -62_135_596_800_000_000 && us < 253_402_300_800_000_000) return Math.floor(us / 1000);
  context.addIssue({ code: 'custom', message: 'not a time' });
  return z.NEVER;
});

export const count = z.int().min(0);
/** What a four-byte column holds. */
export const smallCount = z.int().min(0).max(2_147_483_647);

/** The name of a measurement, checked; the empty text is none. Throws measurementNameInvalid, so it has no place in a schema. */
export const nameOrNothing = (name: string | undefined): string | undefined =>
  name === undefined || name === '' ? undefined : checkedMeasurementName(name);
