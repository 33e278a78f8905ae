/** POST /auth/token (contract 2): JSON, or the OAuth2 password form. */
import { z } from 'zod';
import type { IdentityDesk } from '#services/identity/desk.js';
import { signIn } from '#services/identity/sign-in.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';

const Credentials = z.object({ username: z.string().min(1).max(256), password: z.string().min(1).max(1024) });

const TokenWire = z.object({
  ok: z.literal(true),
  access_token: z.string(),
  token_type: z.literal('bearer'),
  expires_in: z.int(),
  role: z.enum(['user', 'admin']),
  tier: z.enum(['free', 'basic', 'pro', 'enterprise']),
  user_id: z.string(),
});

export function authRoutes(app: App, desk: IdentityDesk): void {
  app.post(
    '/auth/token',
    {
      schema: {
        summary: 'Sign in: a bearer token for an hour',
        tags: ['auth'],
        body: Credentials,
        response: { 200: TokenWire },
      },
      config: { access: 'open', action: 'auth.token' },
    },
    async (request) => {
      noteAudit(request, { subject: { username: request.body.username } });
      const { token, expiresInSeconds, principal } = await signIn(desk, { ...request.body, address: request.ip });
      return {
        ok: true as const,
        access_token: token,
        token_type: 'bearer' as const,
        expires_in: expiresInSeconds,
        role: principal.role,
        tier: principal.tier,
        user_id: principal.userId!,
      };
    },
  );
}
