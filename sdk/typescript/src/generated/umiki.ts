/** UMIKI: made by `npm run generate` from docs/api/umiki.json. */
import { type CallOptions, type ClientOptions, call } from '../request.js';

export type GetHealthParameters = CallOptions;

export type GetHealthAnswer = { status: "ok" };

export function umikiClient(options: ClientOptions) {
  return {
    /** Where this client calls, for requests that no function makes. */
    options,
    /** Whether the store can be opened `GET /api/health` */
    getHealth: (parameters?: GetHealthParameters) =>
      call<GetHealthAnswer>(options, 'GET', '/api/health', parameters),
  };
}

export type UmikiClient = ReturnType<typeof umikiClient>;
