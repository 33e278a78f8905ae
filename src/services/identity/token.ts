/** Sign-in tokens: JWT signed with HS256 and our own key, valid for an hour, ended early by raising the user's token version. */
import { hkdfSync, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

export const TOKEN_SECONDS = 3600;
/** How far the clocks of two machines may stand apart. */
const LEEWAY_SECONDS = 30;
/** A real token has some 300 characters; whoever sends more is not given the time to hash it. */
const TOKEN_CHARS_MAX = 4096;

export type TokenKey = Uint8Array;

export interface TokenClaims {
  readonly userId: string;
  readonly name: string;
  readonly role: string;
  readonly tier: string;
  readonly tokenVersion: number;
}

/** A key of its own for tokens, so that the master key is never used for two things (HKDF-SHA256, RFC 5869). */
export const deriveTokenKey = (masterKey: Uint8Array | string): TokenKey =>
  new Uint8Array(hkdfSync('sha256', masterKey, '', 'almanac sign-in tokens', 32));

export async function signToken(key: TokenKey, claims: TokenClaims, nowMs: number): Promise<string> {
  const nowS = Math.floor(nowMs / 1000);
  return new SignJWT({ name: claims.name, role: claims.role, tier: claims.tier, tv: claims.tokenVersion })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(claims.userId)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + TOKEN_SECONDS)
    .setJti(randomUUID())
    .sign(key);
}

/**
 * Who the token is for and which version it carries; undefined for anything but a live token of ours: another algorithm
 * than HS256, a foreign key, expired or not yet valid beyond 30 s, a claim missing or of the wrong type.
 */
export async function readToken(
  key: TokenKey,
  token: string,
  nowMs: number,
): Promise<{ userId: string; tokenVersion: number } | undefined> {
  if (token.length > TOKEN_CHARS_MAX) return undefined;
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(nowMs),
      requiredClaims: ['sub', 'iat', 'exp', 'jti', 'tv'],
    });
    const { sub, tv, iat } = payload;
    if (typeof sub !== 'string' || typeof tv !== 'number' || typeof iat !== 'number') return undefined;
    // We set neither: a token that names another issuer or audience is somebody else's.
    if (payload.iss !== undefined || payload.aud !== undefined) return undefined;
    if (iat > nowMs / 1000 + LEEWAY_SECONDS) return undefined;
    return { userId: sub, tokenVersion: tv };
  } catch {
    // jose says why by the error's class; a caller is told only that it did not hold.
    return undefined;
  }
}
