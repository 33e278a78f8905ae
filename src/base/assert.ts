/** For our own mistakes only: a failed assert is a bug of ours, never a caller's. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

export function assert(condition: boolean, statement: string): asserts condition {
  if (!condition) throw new AssertionError(`Broken assumption: ${statement}`);
}
