import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** One mutation that was asked for, on whichever surface, and what came of it. Only ever appended; each row's hash covers the one before. */
export interface AuditTable {
  id: Generated<number>;
  at: Date;
  surface: string;
  method: string;
  path: string;
  status: number;
  user_id: string | null;
  client: string;
  request_id: string;
  action: string;
  subject: Json;
  /** What was sent, secrets blacked out, at most 4 KiB. */
  payload: Json | null;
  before: Json | null;
  after: Json | null;
  prev_hash: string;
  hash: string;
}
