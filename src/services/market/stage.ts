/** What a stage is asked, and how it ends. */
import type { MarketDay } from '#data/zones/zone-path.js';
import type { Database } from '#store/database.js';
import type { MarketDesk } from './desk.js';
import type { Spec } from './spec.js';
import type { Stage } from './vocabulary.js';

export interface StageOrder {
  readonly stage: Stage;
  readonly day: MarketDay;
  readonly spec: Spec;
  readonly extended: boolean;
  readonly force: boolean;
  readonly signal: AbortSignal;
  readonly hear: (done: number, total: number) => void;
  readonly warn: (message: string) => Promise<void>;
}

export interface StageEnd {
  readonly status: 'completed' | 'skipped';
  readonly nRecords: number | null;
  readonly message: string | null;
}

/** Ends the step; the stage calls it in the transaction that makes its work known. */
export type EndStep = (tx: Database, end: StageEnd) => Promise<void>;

export type StageRunner = (desk: MarketDesk, order: StageOrder, end: EndStep) => Promise<StageEnd>;
