/** Who published a record: the vendor's publisher ids that our formats name (dbn.md 2.2). */
export interface Publisher {
  readonly id: number;
  readonly dataset: string;
}

/** The ids we rely on; a file may hold any other, which is then known by its number. */
export const PUBLISHERS: readonly Publisher[] = [
  { id: 1, dataset: 'GLBX.MDP3' },
  { id: 2, dataset: 'XNAS.ITCH' },
];

export const publisherOf = (dataset: string): Publisher | undefined =>
  PUBLISHERS.find((one) => one.dataset === dataset);

export const datasetOf = (publisherId: number): string | undefined =>
  PUBLISHERS.find((one) => one.id === publisherId)?.dataset;
