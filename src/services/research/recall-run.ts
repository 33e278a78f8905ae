/** Answers made from a run, kept until a run or a dataset changes. */
import { recall, recalled } from '#store/memory.js';
import { RUNS } from '#store/transaction.js';
import type { ResearchDesk } from './desk.js';

/** `make` must read nothing but runs, folds and datasets; `key` says which answer it is. */
export const recallOfRuns = (
  { db }: Pick<ResearchDesk, 'db'>,
  key: string,
  make: () => Promise<string | Buffer>,
): Promise<string | Buffer> => recall(db, { subject: RUNS, key }, make);

/** The same answer where it is known at once; undefined where it must be made. */
export const recalledOfRuns = ({ db }: Pick<ResearchDesk, 'db'>, key: string): string | Buffer | undefined =>
  recalled(db, { subject: RUNS, key });
