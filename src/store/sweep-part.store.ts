/** Queries on what the parts of running sweeps hand on. */
import { sql } from 'kysely';
import type { Database } from './database.js';

/** A second attempt at a part replaces what the first put; of a sweep that is over nothing is kept. */
export async function putSweepPart(
  db: Database,
  { sweepRunId, partId, content }: { sweepRunId: number; partId: string; content: Buffer },
): Promise<void> {
  await sql`
    insert into sweep_part (sweep_run_id, part_id, content)
    select sweep_run_id, ${partId}, ${content}::bytea from backtest_sweep
      where sweep_run_id = ${sweepRunId} and status = 'running'
    on conflict (sweep_run_id, part_id) do update set content = excluded.content`.execute(db);
}

/** Those whose ids hold the wave's word, by id. */
export async function listSweepParts(db: Database, sweepRunId: number, wave: string): Promise<Buffer[]> {
  const rows = await db
    .selectFrom('sweep_part')
    .select('content')
    .where('sweep_run_id', '=', sweepRunId)
    .where('part_id', 'like', `%${wave}%`)
    .orderBy('part_id')
    .execute();
  return rows.map(({ content }) => content);
}

export async function deleteSweepParts(db: Database, sweepId: string): Promise<void> {
  await sql`
    delete from sweep_part using backtest_sweep
    where sweep_part.sweep_run_id = backtest_sweep.sweep_run_id and sweep_id = ${sweepId}`.execute(db);
}
