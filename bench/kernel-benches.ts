/** The benches that stand beside the kernels they measure. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Bench, BenchResult, BenchSize } from './bench.js';

interface KernelBench {
  readonly bench: (size: BenchSize) => BenchResult | Promise<BenchResult>;
  readonly promise?: string;
}

export async function findKernelBenches(root = 'src'): Promise<Bench[]> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.bench.ts'));
  return Promise.all(files.sort().map((path) => load(root, path)));
}

/** Named by its place in the house: `engine/models/gbm`. */
async function load(root: string, path: string): Promise<Bench> {
  const { bench, promise = '' } = (await import(pathToFileURL(join(root, path)).href)) as KernelBench;
  if (typeof bench !== 'function') throw new Error(`${path} exports no bench(size)`);
  return { name: path.replace(/\.bench\.ts$/, ''), promise, run: async (size) => bench(size) };
}
