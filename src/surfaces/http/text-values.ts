/** Values that come as text, in queries and paths: read strictly, with the fault that names what they should have been. */
import { z } from 'zod';

/** An integer in decimal digits; bounds go behind it: `intText.pipe(z.int().min(1))`. */
export const intText = z.string().transform((text, context) => {
  const value = Number(text);
  if (/^[+-]?\d{1,16}$/.test(text) && Number.isSafeInteger(value)) return value;
  context.issues.push({ code: 'invalid_type', expected: 'int', input: text, message: 'Must be an integer' });
  return z.NEVER;
});
