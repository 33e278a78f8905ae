/** The bytes of a snapshot of option data. */
import type { RawOptionChain } from '#engine/options/chain-from-columns.js';
import type { RawOptionBars } from '#engine/options/flow-from-columns.js';
import { formatOptionsCsv } from '../options-csv.js';
import { defineTask } from '../task.js';

export type SnapshotOptionsInput =
  | { readonly role: 'chain'; readonly columns: RawOptionChain }
  | { readonly role: 'flow'; readonly columns: RawOptionBars };

export const snapshotOptionsTask = defineTask({
  name: 'snapshotOptions',
  run: (input: SnapshotOptionsInput) =>
    new TextEncoder().encode(
      input.role === 'chain' ? formatOptionsCsv('chain', input.columns) : formatOptionsCsv('flow', input.columns),
    ),
  transfer: (bytes) => [bytes.buffer as ArrayBuffer],
});
