/** Umiki's face without its stores, for tests that put routes of their own behind it. */
import type { Surface } from '#surfaces/http/surface.js';
import { type UmikiDesk, umikiSurface } from '#surfaces/umiki/index.js';

/** Its own routes would find nothing behind them: whoever takes it replaces `routes`. */
export const bareUmiki = (isReady: () => Promise<boolean> = async () => true): Surface =>
  umikiSurface({ isReady } as UmikiDesk);
