/** What umiki says of a request that cannot be meant (umiki.md 1): each fault with the place it was found at. */
import { ApiError } from '@almanac/sdk';
import { z } from 'zod';
import { UsageError } from '../exit-codes.js';

const Faults = z.object({
  detail: z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })),
});

/** A refusal (422) as a mistake of whoever asked: nothing was tried. Anything else is thrown as it is. */
export function asUsage(error: unknown): never {
  if (!(error instanceof ApiError) || error.status !== 422) throw error;
  const said = Faults.safeParse(error.body).data?.detail.map(({ loc, msg }) => {
    const place = loc.slice(1).join('.');
    return place === '' ? msg : `${place}: ${msg}`;
  });
  throw new UsageError(said === undefined ? error.message : said.join('\n'), { cause: error });
}
