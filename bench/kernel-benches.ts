/** The benches that stand beside the kernels they measure. */
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Bench, BenchResult, BenchSize } from './bench.js';

interface KernelBench {
  readonly bench: (size: BenchSize) => BenchResult | Promise<BenchResult>;
  readonly promise?: string;
}

export async function findKernelBenches(root = 'src'): Promise<Bench[]> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.bench.ts'));
  return Promise.all(files.sort().map((path) => load(resolve(root, path))));
}

async function load(path: string): Promise<Bench> {
  const { bench, promise = '' } = (await import(pathToFileURL(path).href)) as KernelBench;
  if (typeof bench !== 'function') throw new Error(`${path} exports no bench(size)`);
  return { name: basename(path, '.bench.ts'), promise, run: async (size) => bench(size) };
}
