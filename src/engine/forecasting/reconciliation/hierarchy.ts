/** Who sums whom: nodes above, each a set of bottom series. Any grouping fits, trees and crossed ones alike. */
import { assert } from '#base/assert.js';

/** One series at the bottom: what it is called and the groups it belongs to, by attribute. */
export interface BottomSeries {
  readonly name: string;
  /** Such as { store: 'CA_1', category: 'FOODS', product: 'FOODS_1_001' }. */
  readonly groups: Readonly<Record<string, string>>;
}

export interface HierarchyNode {
  readonly name: string;
  /** The level it stands on, such as `total` or `store x category`. */
  readonly level: string;
  /** Positions of the bottom series it sums, ascending. */
  readonly members: Int32Array;
}

/** Aggregates first, level by level as asked, then the bottom series in their order: the order of forecasts everywhere in this room. */
export interface Hierarchy {
  readonly aggregates: readonly HierarchyNode[];
  readonly bottom: readonly string[];
}

export const TOTAL = 'total';

/** Levels of retail: the total, stores, categories, products, and stores by category; the bottom is store x product. */
export const RETAIL_LEVELS: readonly (readonly string[])[] = [
  [],
  ['store'],
  ['category'],
  ['product'],
  ['store', 'category'],
];

/**
 * Nodes for every combination of groups that occurs on each level; `[]` is the total. Nodes of a level stand in the order of their
 * first member. A level whose nodes are all single bottom series says nothing new and is left out, unless it is the total.
 */
export function hierarchyOf(series: readonly BottomSeries[], levels: readonly (readonly string[])[]): Hierarchy {
  assert(new Set(series.map(({ name }) => name)).size === series.length, 'every bottom series has a name of its own');
  const aggregates = levels.flatMap((attributes) => nodesOf(series, attributes));
  return { aggregates, bottom: series.map(({ name }) => name) };
}

function nodesOf(series: readonly BottomSeries[], attributes: readonly string[]): HierarchyNode[] {
  const level = attributes.length === 0 ? TOTAL : attributes.join(' x ');
  const members = new Map<string, number[]>();
  for (const [at, { name, groups }] of series.entries()) {
    const values = attributes.map((attribute) => {
      const value = groups[attribute];
      assert(value !== undefined, `series ${name} belongs to a ${attribute}`);
      return value;
    });
    // Values may hold any character, so the key is the JSON of them.
    const key = JSON.stringify(values);
    const known = members.get(key);
    if (known === undefined) members.set(key, [at]);
    else known.push(at);
  }
  if (attributes.length > 0 && [...members.values()].every((list) => list.length === 1)) return [];
  return [...members].map(([key, list]) => ({
    name: attributes.length === 0 ? TOTAL : (JSON.parse(key) as string[]).join(' / '),
    level,
    members: Int32Array.from(list),
  }));
}

export const nodeCount = ({ aggregates, bottom }: Hierarchy): number => aggregates.length + bottom.length;

/** Values of all nodes from those of the bottom, summed in the order of members. */
export function sumUp({ aggregates, bottom }: Hierarchy, values: ArrayLike<number>): Float64Array {
  assert(values.length === bottom.length, 'every bottom series has a value');
  const all = new Float64Array(aggregates.length + bottom.length);
  for (const [node, { members }] of aggregates.entries()) {
    let sum = 0;
    for (const at of members) sum += values[at]!;
    all[node] = sum;
  }
  for (let at = 0; at < bottom.length; at++) all[aggregates.length + at] = values[at]!;
  return all;
}

/** The largest distance between a node and the sum of its members: zero where forecasts are coherent, up to rounding. */
export function incoherenceOf(hierarchy: Hierarchy, values: ArrayLike<number>): number {
  assert(values.length === nodeCount(hierarchy), 'every node has a value');
  const from = hierarchy.aggregates.length;
  const summed = sumUp(
    hierarchy,
    Float64Array.from(hierarchy.bottom, (_, at) => values[from + at]!),
  );
  let largest = 0;
  for (let node = 0; node < from; node++) largest = Math.max(largest, Math.abs(summed[node]! - values[node]!));
  return largest;
}
