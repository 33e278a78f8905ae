/** A body field as the document shows it: the union parser (fields.ts) reads it, under all its names, and says what is wrong. */
import { z } from 'zod';

export const anything = z.unknown().optional();
