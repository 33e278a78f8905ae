/** What this surface's routes hand to the services. */
import type { MarketDesk } from '#services/market/desk.js';

export interface UmikiDesk extends MarketDesk {
  /** Whether the stores can be opened. */
  readonly isReady: () => Promise<boolean>;
}
