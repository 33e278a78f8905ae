import type { ResearchDesk } from './desk.js';
/** `make` must read nothing but runs, folds and datasets; `key` says which answer it is. */
export declare const recallOfRuns: ({ db }: Pick<ResearchDesk, "db">, key: string, make: () => Promise<string | Buffer>) => Promise<string | Buffer>;
