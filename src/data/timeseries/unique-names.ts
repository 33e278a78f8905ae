/** Column names of an answer, made unique (stage1.md 6.3). */

/** Names made unique: a name met again gets `_1`, `_2`, past those that are taken. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const met = new Set<string>();
  return names.map((name) => {
    if (!met.has(name)) {
      met.add(name);
      return name;
    }
    let suffix = 1;
    while (taken.has(`${name}_${suffix}`)) suffix++;
    taken.add(`${name}_${suffix}`);
    return `${name}_${suffix}`;
  });
}
