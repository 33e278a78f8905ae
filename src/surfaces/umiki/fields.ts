/** The kinds of field that umiki's requests are made of. */
import { z } from 'zod';
import { isDataset, isDate, isSymbol } from '#services/market/names.js';
import { intText } from '../http/text-values.js';

export const DEFAULT_DATASET = 'XNAS.ITCH';

/** Any case; one that cannot be a symbol is a fault. */
export const symbolField = z
  .string()
  .transform((text) => text.toUpperCase())
  .refine(isSymbol, 'a symbol has up to 24 of A-Z 0-9 . + - = ^ _');

/** In filters anything may be asked for: what cannot be a symbol has no rows. */
export const symbolFilter = z
  .string()
  .transform((text) => text.toUpperCase())
  .optional();

export const dateField = z.iso.date().refine(isDate, 'a date of the calendar');
export const datasetField = z.string().refine(isDataset, 'a dataset such as XNAS.ITCH');

/** Absent: everything. */
export const sliceFields = {
  limit: intText.pipe(z.int().min(1).max(10_000)).optional(),
  offset: intText.pipe(z.int().min(0)).optional(),
};

export const flagText = z
  .enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'])
  .transform((text) => ['true', '1', 'yes', 'on'].includes(text));

export const whole = (min: number, max: number) => intText.pipe(z.int().min(min).max(max));

export const IdParams = z.object({ id: z.string() });

export const iso = (ms: number): string => new Date(ms).toISOString();
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

/** ISO 8601 with all nine digits of the second's fraction. */
export function isoNanos(ns: bigint): string {
  const ms = ns / 1_000_000n - (ns % 1_000_000n < 0n ? 1n : 0n);
  const rest = ns - ms * 1_000_000n;
  return `${new Date(Number(ms)).toISOString().slice(0, -1)}${String(rest).padStart(6, '0')}Z`;
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** ISO 8601 with Z or an offset, or whole epoch milliseconds; in a query a `+` arrives as a blank. */
export const timeText = z.string().transform((text, context): number => {
  const given = text.trim().replace(/ (?=\d{2}:?\d{2}$)/, '+');
  const ms = /^-?\d{1,15}$/.test(given) ? Number(given) : ISO_TIME.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isSafeInteger(Math.floor(ms))) return Math.floor(ms);
  context.addIssue({ code: 'custom', message: 'ISO 8601 with Z or an offset, or epoch milliseconds' });
  return z.NEVER;
});

const DAY_MS = 86_400_000;

/** Whether a moment stands within a day of the date, on either side. */
export const isNear = (ms: number, date: string): boolean => {
  const start = Date.parse(`${date}T00:00:00Z`);
  return ms >= start - DAY_MS && ms <= start + 2 * DAY_MS;
};
