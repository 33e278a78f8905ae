/** What Sigma's handlers work with. */
import type { IdentityDesk } from '#services/identity/desk.js';
import type { StrategyDesk } from '#services/strategy/desk.js';

export interface SigmaDesk extends StrategyDesk {
  readonly identity: IdentityDesk;
}
