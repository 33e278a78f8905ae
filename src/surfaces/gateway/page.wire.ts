/** Paging on the gateway: `limit` and `offset`, out of bounds is a fault. */
import { z } from 'zod';

const integer = (fallback: number, min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `An integer from ${min} to ${max}`)
    .default(String(fallback))
    .transform(Number)
    .refine((value) => value >= min && value <= max, `An integer from ${min} to ${max}`);

export const pageQuery = { limit: integer(100, 1, 1000), offset: integer(0, 0, 999_999_999) };
export const pageWire = { total: z.int(), limit: z.int(), offset: z.int() };
