/** `/umiki`, `/sigma`, `/stage1`, `/forecastlab`: the request goes to that surface's own instance, prefix cut off, body untouched. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { setMountPrefix } from '../http/mount-prefix.js';
import type { App } from '../http/surface.js';
import { type GatewayDesk, HANDED_ON, type HandedOn } from './desk.js';

export function handOnRoutes(app: App, desk: GatewayDesk): void {
  for (const name of HANDED_ON) {
    const instance = desk.surfaces[name];
    if (instance === undefined) continue;
    for (const url of [`/${name}`, `/${name}/*`])
      app.all(url, {
        schema: { hide: true },
        // Sigma asks for its own tokens, which are ours; the others have no accounts, so the gateway asks for them.
        config: { access: name === 'sigma' ? 'open' : 'user', audit: 'none' },
        // In a hook, because after it the body would be read here.
        preParsing: handOn(name, instance),
        handler: () => {},
      });
  }
}

function handOn(name: HandedOn, instance: App) {
  const prefix = `/${name}`;
  return (request: FastifyRequest, reply: FastifyReply, _payload: unknown, _done: unknown) => {
    const raw = request.raw;
    const rest = raw.url!.slice(prefix.length);
    raw.url = rest.startsWith('/') ? rest : `/${rest}`;
    setMountPrefix(raw, prefix);
    // The surface answers with headers of its own; ours would only stand in its way.
    reply.hijack();
    instance.routing(raw, reply.raw);
  };
}
