/** Paths that clients know and this house does not serve: they are told so, and not that the path is unknown. */
import { errors } from '#base/errors.js';
import type { App } from '../http/surface.js';

const PATHS = [
  '/api/executor/*',
  '/api/traders/*',
  '/api/binance/*',
  '/api/indicators/validate',
  '/api/indicators/build',
  '/api/trades/simulate',
];

export function unimplementedRoutes(app: App): void {
  for (const url of PATHS)
    app.route({
      method: ['GET', 'POST', 'PUT', 'DELETE'],
      url,
      schema: { hide: true },
      config: { audit: 'none', body: 'raw' },
      handler: async () => {
        throw errors.notImplemented();
      },
    });
}
