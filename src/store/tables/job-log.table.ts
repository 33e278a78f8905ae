import type { Generated } from 'kysely';

/** One line that a job said, in order of `line_id`; it goes with its job. */
export interface JobLogTable {
  line_id: Generated<number>;
  job_id: string;
  ts: Generated<Date>;
  level: 'info' | 'warning' | 'error';
  message: string;
}
