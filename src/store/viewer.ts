/** Whose rows a caller may see: their own, those of shared models, or all. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';

export interface Viewer {
  readonly seesAll: boolean;
  /** Null is the local user, who owns what nobody owns. */
  readonly userId: string | null;
}

/** For a list of what was made of models: owned by the viewer, or made of a model that is shared. */
export const isSeenBy = (
  viewer: Viewer,
  table: 'backtest_run' | 'backtest_sweep' | 'training_run',
): RawBuilder<SqlBool> =>
  viewer.seesAll
    ? sql`true`
    : sql`(${sql.ref(`${table}.owner_id`)} is not distinct from ${viewer.userId} or exists (
        select 1 from model where model.model_id = ${sql.ref(`${table}.model_id`)} and model.visibility = 'shared'))`;
