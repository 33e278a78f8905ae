import { describe, expect, it } from 'vitest';
import { benches } from './benches.js';
import { findKernelBenches } from './kernel-benches.js';
import { runSmall } from './run-small.js';

describe('every bench of the house at its small size', () => {
  runSmall(benches.filter(({ name }) => !name.includes('/')));
});

it('every bench has a name of its own', async () => {
  const all = [...benches, ...(await findKernelBenches())];
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});
