/** What a chapter of the demo is, and what it is given: a screen to speak on and the surfaces to drive. */
import type { GatewayClient, SigmaClient, Stage1Client, UmikiClient } from '@almanac/sdk';
import type { Screen } from '../screen.js';

export interface Journey {
  readonly screen: Screen;
  readonly sigma: SigmaClient;
  readonly stage1: Stage1Client;
  readonly umiki: UmikiClient;
  readonly gateway: GatewayClient;
  readonly signal: AbortSignal;
  /** Where the server that is driven keeps its data. */
  readonly dataDir: string;
  /** How large the simulated week of order flow is. */
  readonly events: number;
}

export interface Chapter {
  readonly name: string;
  readonly title: string;
  /** Chapters whose results this one stands on; they may run any number of times. */
  readonly needs: readonly string[];
  /** Throws when a step did not hold. */
  tell(journey: Journey): Promise<void>;
}
