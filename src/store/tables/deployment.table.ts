import type { Generated } from 'kysely';

/** What serves this database now, for workers to hold themselves against; there is one row at most. */
export interface DeploymentTable {
  is_current: Generated<boolean>;
  code_version: string;
  /** Names the shared directory tree: artifacts and zones. */
  tree_id: string;
  /** Which backend keeps the measurements: `embedded` ones belong to the server alone. */
  measurements: 'embedded' | 'questdb';
  started_at: Generated<Date>;
}
