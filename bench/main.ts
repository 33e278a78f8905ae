/**
 * `npm run bench -- [name ...] [--size small|large]`: one JSON line a bench, with a hash of its result.
 *
 * The benches of the whole house stand in the list; those of the kernels stand beside them (src/**\/*.bench.ts, each
 * exporting `bench(size)`) and are named by their place: `engine/models/gbm`.
 */
import { cpus } from 'node:os';
import { benches } from './benches.js';
import { findKernelBenches } from './kernel-benches.js';

const args = process.argv.slice(2);
const sizeAt = args.indexOf('--size');
const size = sizeAt === -1 ? 'large' : args[sizeAt + 1];
const names = sizeAt === -1 ? args : args.toSpliced(sizeAt, 2);
const known = [...benches, ...(await findKernelBenches())];
const unknown = names.filter((name) => !known.some((bench) => bench.name === name));

if ((size !== 'small' && size !== 'large') || unknown.length > 0) {
  console.error(`Usage: npm run bench -- [${known.map(({ name }) => name).join('|')}] [--size small|large]`);
  process.exitCode = 2;
} else {
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`;
  for (const bench of known.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const result = await bench.run(size);
    console.log(JSON.stringify({ bench: bench.name, size, ...result, promise: bench.promise, machine }));
  }
}
