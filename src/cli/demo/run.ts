/** Tells the chapters of the demo in their order, and counts what held. */
import { books } from './books.js';
import type { Chapter, Journey } from './journey.js';
import { prices } from './prices.js';
import { proof } from './proof.js';
import { research } from './research.js';

export const chapters: readonly Chapter[] = [prices, research, proof, books];

/** The named chapters and all they stand on, in order; without a name all of them. */
export function chaptersFor(names: readonly string[]): Chapter[] {
  const wanted = new Set<string>();
  const want = (name: string) => {
    wanted.add(name);
    for (const need of chapters.find((one) => one.name === name)?.needs ?? []) want(need);
  };
  for (const name of names.length === 0 ? chapters.map((one) => one.name) : names) want(name);
  return chapters.filter(({ name }) => wanted.has(name));
}

/** False when a step did not hold; the chapters after it are not told, because they stand on it. */
export async function tellChapters(journey: Journey, told: readonly Chapter[]): Promise<boolean> {
  for (const [i, chapter] of told.entries()) {
    journey.screen.heading(`${i + 1}. ${chapter.title}`);
    const held = await chapter.tell(journey).then(
      () => true,
      (error: unknown) => {
        // The step itself has said what was wrong, behind its cross.
        if (!(error instanceof Error)) throw error;
        return false;
      },
    );
    if (held) continue;
    const left = told.slice(i + 1).map(({ name }) => name);
    if (left.length > 0) journey.screen.line(`Not told, because they stand on it: ${left.join(', ')}`);
    return false;
  }
  return true;
}
