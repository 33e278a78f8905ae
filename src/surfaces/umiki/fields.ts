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
