/** Sigma's desk and settings, out of the house, and the packs that ship brought into its database. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { IdentityDesk } from '#services/identity/desk.js';
import type { StrategyDesk } from '#services/strategy/desk.js';
import { loadPacks } from '#services/strategy/pack.service.js';
import type { Surface } from '#surfaces/http/surface.js';
import { sigmaSurface } from '#surfaces/sigma/index.js';
import type { House } from './house.js';
import { version } from './version.js';

/** packs/ stands above src and above dist alike. */
const PACKS_DIR = fileURLToPath(new URL('../../packs', import.meta.url));

export function strategyDesk(house: House): StrategyDesk {
  const { config } = house;
  mkdirSync(config.workspaceDir, { recursive: true });
  return {
    ...house,
    workspaceDir: config.workspaceDir,
    codeVersion: version,
    tenancy: config.tenancy,
    riskFree: config.riskFree,
  };
}

export async function loadShippedPacks(house: House, desk: StrategyDesk): Promise<void> {
  const loaded = await loadPacks(desk, PACKS_DIR);
  if (loaded.length > 0) house.log.info({ packs: loaded }, 'the packs were loaded');
}

export function makeSigma(house: House, identity: IdentityDesk): Surface {
  const { config } = house;
  return sigmaSurface(
    { ...strategyDesk(house), identity },
    {
      rootMode: config.authRequired ? 'required' : 'optional',
      localTier: config.localTier,
      isRateLimited: config.rateLimit,
      corsOrigins: config.corsOrigins ?? ['loopback'],
      version,
      startedAtMs: house.startedAtMs,
      uploadDir: house.paths.uploads,
    },
  );
}
