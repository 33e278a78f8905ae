import { describe } from 'vitest';
import { findKernelBenches } from './kernel-benches.js';
import { runSmall } from './run-small.js';

const kernelBenches = await findKernelBenches();

describe('every bench beside a kernel at its small size', () => {
  runSmall(kernelBenches);
});
