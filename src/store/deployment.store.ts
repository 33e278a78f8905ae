/** Which code, tree and measurement backend serve a database. */
import { sql } from 'kysely';
import type { Database } from './database.js';
import type { DeploymentTable } from './tables/deployment.table.js';

export interface Deployment {
  readonly codeVersion: string;
  readonly treeId: string;
  readonly measurements: DeploymentTable['measurements'];
}

/** The server that started last is the one that counts. */
export async function announceDeployment(db: Database, { codeVersion, treeId, measurements }: Deployment) {
  const row = { code_version: codeVersion, tree_id: treeId, measurements };
  await db
    .insertInto('deployment')
    .values(row)
    .onConflict((conflict) => conflict.column('is_current').doUpdateSet({ ...row, started_at: sql<Date>`now()` }))
    .execute();
}

export async function findDeployment(db: Database): Promise<Deployment | undefined> {
  const row = await db.selectFrom('deployment').selectAll().executeTakeFirst();
  return row && { codeVersion: row.code_version, treeId: row.tree_id, measurements: row.measurements };
}
