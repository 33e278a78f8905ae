/** Whether a fold's train part can be learnt from, and why not. */

export type SkipReason = 'too_few_rows' | 'single_class' | 'no_test_rows';

/** The reason to skip a fold, or undefined when it can be fitted. */
export function whySkip(train: Int32Array, test: Int32Array, y: Int8Array, rowsMin: number): SkipReason | undefined {
  if (test.length === 0) return 'no_test_rows';
  if (train.length < rowsMin) return 'too_few_rows';
  const first = y[train[0]!]!;
  return train.some((row) => y[row] !== first) ? undefined : 'single_class';
}
