/** Runs the C++ twin of a kernel, where g++ is there to build it: columns in, figures and times out. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TwinRun {
  /** What it wrote. */
  readonly bytes: Uint8Array;
  /** Processor time of its best turn. */
  readonly ms: number;
}

const hasCompiler = () => spawnSync('g++', ['--version']).status === 0;

/**
 * Builds `bench/reference/<name>.cpp` in a temporary directory and runs it on the parts, written one after the other; undefined without g++.
 *
 * No contraction: a fused multiply-add rounds once where JavaScript rounds twice, and the hashes would differ.
 */
export function runTwin(name: string, parts: readonly ArrayBufferView[]): TwinRun | undefined {
  if (!hasCompiler()) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'almanac-twin-'));
  try {
    const program = join(dir, name);
    const source = join('bench', 'reference', `${name}.cpp`);
    execFileSync('g++', ['-O3', '-march=native', '-ffp-contract=off', '-std=c++17', '-o', program, source]);
    const [input, output] = [join(dir, 'in'), join(dir, 'out')];
    writeFileSync(
      input,
      Buffer.concat(parts.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))),
    );
    const printed = execFileSync(program, [input, output], { encoding: 'utf8' });
    return { bytes: readFileSync(output), ms: Math.min(...printed.trim().split('\n').map(Number)) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
