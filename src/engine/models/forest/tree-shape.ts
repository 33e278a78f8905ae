/** A tree of a forest as plain parallel lists, and the walk down it. */

/** Node 0 is the root; a leaf has feature -1. Values <= cut go left. */
export interface TreeShape {
  readonly feature: readonly number[];
  readonly cut: readonly number[];
  /** Whether missing values go left, 1 or 0. */
  readonly missingLeft: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** The leaf every row ends in, from raw feature columns. */
export function leavesOf(tree: TreeShape, columns: readonly Float64Array[], rows: number): Int32Array {
  const feature = Int32Array.from(tree.feature);
  const cut = Float64Array.from(tree.cut);
  const left = Int32Array.from(tree.left);
  const right = Int32Array.from(tree.right);
  const leaves = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let node = 0;
    let j = feature[0]!;
    while (j >= 0) {
      const value = columns[j]![row]!;
      const goesLeft = value - value === 0 ? value <= cut[node]! : tree.missingLeft[node] === 1;
      node = goesLeft ? left[node]! : right[node]!;
      j = feature[node]!;
    }
    leaves[row] = node;
  }
  return leaves;
}
