/** The gateway: health, metrics, the Almanac API, and the four surfaces under their names (DESIGN.md 1). */
import { errors } from '#base/errors.js';
import { findPrincipal } from '#services/identity/sign-in.service.js';
import { base32Id } from '../http/request-id.js';
import type { Surface } from '../http/surface.js';
import { LOCAL_USER } from '../http/surface.js';
import { auditRoutes } from './audit.routes.js';
import { backupRoutes } from './backup.routes.js';
import { bookRoutes } from './book.routes.js';
import type { GatewayDesk } from './desk.js';
import { eventRoutes } from './event.routes.js';
import { handOnRoutes } from './hand-on.routes.js';
import { healthRoutes } from './health.routes.js';
import { lineageRoutes } from './lineage.routes.js';
import { GatewayErrorWire, gatewayVoice } from './voice.js';

export type { GatewayDesk } from './desk.js';

/** Nothing longer than a name is sent to its own routes; what it hands on is not read here. */
const BODY_BYTES_MAX = 1024 * 1024;

export function gatewaySurface(desk: GatewayDesk): Surface {
  return {
    name: 'gateway',
    title: 'Almanac',
    description: 'Lineage, verification, jobs and their events, audit, health and metrics of the whole install.',
    voice: gatewayVoice,
    errorSchema: GatewayErrorWire,
    cors: {
      origins: desk.corsOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      allowedHeaders: '*',
      credentials: false,
    },
    bodyBytesMax: BODY_BYTES_MAX,
    newRequestId: () => base32Id('req_', 12),
    acceptsRequestId: (id) => /^[A-Za-z0-9_-]{1,64}$/.test(id),
    async identify({ headers, routeOptions }) {
      const { access } = routeOptions.config;
      if (access === 'open') return LOCAL_USER;
      const principal = await findPrincipal(desk.identity, {
        authorization: headers.authorization,
        apiKey: one(headers['x-api-key']),
        adminToken: one(headers['x-admin-token']),
      });
      if (principal === undefined && desk.authMode === 'required') throw errors.signInRequired();
      return principal;
    },
    routes(app) {
      healthRoutes(app, desk);
      lineageRoutes(app, desk);
      eventRoutes(app, desk);
      auditRoutes(app, desk);
      if (desk.backup !== undefined) backupRoutes(app, desk.backup);
      bookRoutes(app, desk);
      handOnRoutes(app, desk);
    },
  };
}

const one = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);
