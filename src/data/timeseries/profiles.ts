/**
 * What each backend can do: the one place where they may differ, so that nobody asks a store which one it is.
 *
 * Beside what is named here, QuestDB names unnamed expressions in its own way (`count()`), says faults of SQL in its own words,
 * knows no lists or structs but arrays of doubles, and names in SQL mean its functions; docs/decisions/0017 has the whole table.
 */
import type { MeasurementStore } from './port.js';

export interface BackendProfile {
  /** An import is all there or not at all, even when the process dies in the middle. */
  readonly importIsAtomic: boolean;
  /** A write that replaces a range and takes rows away is one transaction. */
  readonly takesRowsAtomically: boolean;
  /** An integer column becomes one of doubles when a file brings fractions. */
  readonly widensIntegers: boolean;
  /** Equal keys replace each other in tables that somebody else made, too. */
  readonly alwaysDedups: boolean;
  /** Null in a BOOLEAN column is told from false; where it is not, it reads as false. */
  readonly hasBooleanNulls: boolean;
  /** -2^63 is an integer like any other; where it is not, it reads as null. */
  readonly hasLeastInteger: boolean;
  /** What a query's second column of one name gets behind it: `v_1` or `v_2`. */
  readonly secondNameSuffix: string;
  /** A SELECT that asks for no order gives times ascending; else rows come as they were written. */
  readonly readsInTimeOrder: boolean;
  /** How tables are cut by time, in QuestDB's words. */
  readonly partitionBy: 'NONE' | 'MONTH';
  /** The dialect that users write; the rewrites of `sql/` are for the one that is not QuestDB's own. */
  readonly sql: 'duckdb' | 'questdb';
}

export const BACKEND_PROFILES: Readonly<Record<MeasurementStore['backend'], BackendProfile>> = {
  embedded: {
    importIsAtomic: true,
    takesRowsAtomically: true,
    widensIntegers: true,
    alwaysDedups: true,
    hasBooleanNulls: true,
    hasLeastInteger: true,
    secondNameSuffix: '_1',
    readsInTimeOrder: false,
    partitionBy: 'NONE',
    sql: 'duckdb',
  },
  questdb: {
    importIsAtomic: false,
    takesRowsAtomically: false,
    widensIntegers: true,
    alwaysDedups: false,
    hasBooleanNulls: false,
    hasLeastInteger: false,
    secondNameSuffix: '_2',
    readsInTimeOrder: true,
    partitionBy: 'MONTH',
    sql: 'questdb',
  },
};
