/** What a bench is: it does its work at a small size in the tests, and at a large one on request, and gives a hash of its result. */
export type BenchSize = 'small' | 'large';

/** Durations in ms, memory in MiB; the hash keeps anyone from optimising the work away, and is the same every time. */
export interface BenchResult {
  readonly hash: string;
  readonly [figure: string]: string | number | boolean | null;
}

export interface Bench {
  readonly name: string;
  /** The figure it is held to. */
  readonly promise: string;
  run(size: BenchSize): Promise<BenchResult>;
}
