/** A Prometheus histogram that takes what was already counted into its buckets elsewhere, which prom-client's does not. */
export interface Histogram {
  /** `bucket` is how many bounds the values have passed. */
  add(labels: string, bucket: number, count: number, sum: number): void;
  /** In Prometheus' text form, version 0.0.4. */
  render(): string;
}

interface Line {
  readonly counts: number[];
  sum: number;
}

export function makeHistogram({
  name,
  help,
  bounds,
}: {
  name: string;
  help: string;
  bounds: readonly number[];
}): Histogram {
  const lineOf = new Map<string, Line>();
  return {
    add(labels, bucket, count, sum) {
      const line = lineOf.get(labels) ?? { counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 };
      lineOf.set(labels, line);
      line.counts[bucket]! += count;
      line.sum += sum;
    },
    render: () =>
      renderHead(name, help) +
      [...lineOf].map(([labels, { counts, sum }]) => renderBuckets({ name, bounds, labels, counts, sum })).join(''),
  };
}

export const renderHead = (name: string, help: string) => `# HELP ${name} ${help}\n# TYPE ${name} histogram\n`;

/** One set of labels. `counts` are those within each bound and not within the one before; the last place is beyond all. */
export function renderBuckets(line: {
  readonly name: string;
  readonly bounds: readonly number[];
  readonly labels: string;
  readonly counts: readonly number[];
  readonly sum: number;
}): string {
  const { name, bounds, labels, counts, sum } = line;
  let within = 0;
  const buckets = counts.map((count, at) => {
    within += count;
    return `${name}_bucket{le="${bounds[at] ?? '+Inf'}",${labels}} ${within}\n`;
  });
  return `${buckets.join('')}${name}_sum{${labels}} ${sum}\n${name}_count{${labels}} ${within}\n`;
}

/** `kind="train"`. */
export const label = (name: string, value: string) =>
  `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
