/** Names that look like what was written: for "did you mean". */

/** Up to `count` names within a third of their length of the written one, nearest first, ties in the order given. */
export function nearestNames(written: string, names: readonly string[], count = 3): string[] {
  const wanted = written.toLowerCase();
  return names
    .map((name) => ({ name, distance: distanceOf(wanted, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(Math.max(name.length, wanted.length) / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ name }) => name);
}

/** A name that begins with what was written counts as one step, one that it begins with as at most two: people add and forget endings. */
function distanceOf(written: string, name: string): number {
  if (written.length >= 3 && name.startsWith(written)) return 1;
  const edits = editDistance(written, name);
  return name.length >= 3 && written.startsWith(name) ? Math.min(2, edits) : edits;
}

/** Letters to insert, delete or replace (Levenshtein 1966). */
function editDistance(written: string, name: string): number {
  // A suggestion is not worth comparing kilobytes.
  if (written.length > 64) return Infinity;
  let row = Array.from({ length: name.length + 1 }, (_, j) => j);
  for (let i = 1; i <= written.length; i++) {
    const next = [i];
    for (let j = 1; j <= name.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (written[i - 1] === name[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[name.length]!;
}
