/** Which metrics a PromQL query names, and which a /metrics serves. */

/** Every `expr` and label query anywhere in a dashboard or in a file of rules. */
export function queriesOf(document: unknown): string[] {
  if (Array.isArray(document)) return document.flatMap(queriesOf);
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document).flatMap(([key, value]) =>
    (key === 'expr' || key === 'query') && typeof value === 'string' ? [value] : queriesOf(value),
  );
}

/** Words that stand where a metric may stand; our own all begin with `almanac_`, and `up` is Prometheus' own. */
export function metricNamesIn(query: string): string[] {
  const bare = query
    .replace(/\{[^}]*\}/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\b(by|on|ignoring|without)\s*\([^)]*\)/g, ' ');
  const words = bare.match(/[a-zA-Z_:][a-zA-Z0-9_:]*(?!\s*\()\b/g) ?? [];
  return words.filter((word) => !NOT_METRICS.has(word) && !isFunction(bare, word));
}

const NOT_METRICS = new Set(['or', 'and', 'unless', 'up', 'prometheus', 'instance', 'by', 'on']);

const isFunction = (query: string, word: string) => new RegExp(`\\b${word}\\s*\\(`).test(query);

/** Names of series, not of families: a histogram serves `_bucket`, `_sum` and `_count`. A family without series yet counts by its type. */
export function servedNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const line of text.split('\n')) {
    const [, family, type] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
    if (family !== undefined)
      for (const end of type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) names.add(`${family}${end}`);
  }
  return names;
}
