import { describe } from 'vitest';
import { benches } from './benches.js';
import { runSmall } from './run-small.js';

describe('every bench beside a program of others, or its C++ twin, at its small size', () => {
  runSmall(benches.filter(({ name }) => name.includes('/')));
});
