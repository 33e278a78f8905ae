/**
 * What was made of rows, kept in this process until rows of that subject change (transaction.ts says when).
 *
 * Only for a database that no other process writes: `remember` switches it on. Off, or asked for while a change is on its
 * way, the answer is made anew, so nobody who has been told of a change ever sees what was before it.
 */
import type { Kysely } from 'kysely';
import type { Tables } from './database.js';

/** Of all that one subject keeps; the oldest goes first. */
const BYTES_MAX = 32 * 1024 * 1024;

interface Kept {
  readonly making: Promise<string | Buffer>;
  made: string | Buffer | undefined;
}

interface Memory {
  readonly kept: Map<string, Kept>;
  bytes: number;
}

const memories = new WeakMap<Kysely<Tables>, Map<string, Memory>>();

/** Switches the memory on, for the one process that owns the database. */
export const remember = (db: Kysely<Tables>) => void memories.set(db, new Map());

interface Name {
  readonly subject: string;
  readonly key: string;
}

/** What is remembered under this name, at once; undefined when nothing is, or not yet. */
export const recalled = (db: Kysely<Tables>, { subject, key }: Name): string | Buffer | undefined =>
  memories.get(db)?.get(subject)?.kept.get(key)?.made;

/** What `make` gave for this name since the last change; those who ask meanwhile share one making. Failures are not kept. */
export async function recall(
  db: Kysely<Tables>,
  { subject, key }: Name,
  make: () => Promise<string | Buffer>,
): Promise<string | Buffer> {
  const memory = memoryOf(db, subject);
  if (memory === undefined) return make();
  const known = memory.kept.get(key);
  if (known !== undefined) return known.making;
  const entry: Kept = { making: make(), made: undefined };
  memory.kept.set(key, entry);
  try {
    entry.made = await entry.making;
    if (memory.kept.get(key) === entry) grow(memory, entry.made.length);
    return entry.made;
  } catch (error) {
    if (memory.kept.get(key) === entry) memory.kept.delete(key);
    throw error;
  }
}

/** A new map, so that what is still being made from the old rows is kept by nobody. */
export const forgetAll = (db: Kysely<Tables>, subject: string) => void memories.get(db)?.delete(subject);

function memoryOf(db: Kysely<Tables>, subject: string): Memory | undefined {
  const subjects = memories.get(db);
  if (subjects === undefined) return undefined;
  const known = subjects.get(subject);
  if (known !== undefined) return known;
  const fresh: Memory = { kept: new Map(), bytes: 0 };
  subjects.set(subject, fresh);
  return fresh;
}

function grow(memory: Memory, bytes: number): void {
  memory.bytes += bytes;
  for (const [key, { made }] of memory.kept) {
    if (memory.bytes <= BYTES_MAX) return;
    if (made === undefined) continue;
    memory.kept.delete(key);
    memory.bytes -= made.length;
  }
}
