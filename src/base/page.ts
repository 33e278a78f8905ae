/** One page of a list: what was asked, what came, how many there are in all. */
export interface PageRequest {
  readonly limit: number;
  readonly offset: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** All that match, not only this page. */
  readonly total: number;
}
