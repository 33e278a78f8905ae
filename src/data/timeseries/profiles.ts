/** What each backend can do: the one place where they may differ, so that nobody asks a store which one it is. */
import type { MeasurementStore } from './port.js';

export interface BackendProfile {
  /** An import is all there or not at all, even when the process dies in the middle. */
  readonly importIsAtomic: boolean;
  /** An integer column becomes one of doubles when a file brings fractions. */
  readonly widensIntegers: boolean;
  /** Equal keys replace each other in tables that somebody else made, too. */
  readonly alwaysDedups: boolean;
  /** Null in a BIGINT or BOOLEAN column is told from zero and false. */
  readonly hasIntegerNulls: boolean;
  /** How tables are cut by time, in QuestDB's words. */
  readonly partitionBy: 'NONE' | 'MONTH';
  /** The dialect that users write; the rewrites of `sql/` are for the one that is not QuestDB's own. */
  readonly sql: 'duckdb' | 'questdb';
}

export const BACKEND_PROFILES: Readonly<Record<MeasurementStore['backend'], BackendProfile>> = {
  embedded: {
    importIsAtomic: true,
    widensIntegers: true,
    alwaysDedups: true,
    hasIntegerNulls: true,
    partitionBy: 'NONE',
    sql: 'duckdb',
  },
  questdb: {
    importIsAtomic: false,
    widensIntegers: false,
    alwaysDedups: false,
    hasIntegerNulls: false,
    partitionBy: 'MONTH',
    sql: 'questdb',
  },
};
