/** Randomness is handed in, seeded: the same seed gives the same numbers on every machine. */
export interface Rng {
  /** Uniform integer in [0, 2^32). */
  uint32(): number;
  /** Uniform double in [0, 1) with 53 random bits. */
  float(): number;
  /** Uniform integer in [0, below). */
  below(below: number): number;
  /** A generator of its own for a named part, independent of how much the parent was used. */
  fork(label: string): Rng;
}
