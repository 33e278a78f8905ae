/** One stage of a pipeline job for one symbol and date; unique by job, stage, symbol and date. */
export interface PipelineStepTable {
  job_id: string;
  /** Its place in the job, from 0. */
  position: number;
  stage: string;
  symbol: string;
  date: string;
  status: 'pending' | 'running' | 'completed' | 'skipped' | 'failed';
  started_at: Date | null;
  finished_at: Date | null;
  n_records: number | null;
  message: string | null;
}
