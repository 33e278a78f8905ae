/** Our kernel beside its C++ twin: processor time of the best turn of each, and whether they computed the same bits. */
import { createHash } from 'node:crypto';
import type { BenchResult } from '../bench.js';
import { runTwin } from './twin.js';

export interface Comparison {
  readonly name: string;
  readonly turns: number;
  /** Does the work once; the figures it comes to. */
  readonly ours: () => ArrayBufferView;
  /** What the twin reads. */
  readonly input: readonly ArrayBufferView[];
}

const sha = (bytes: ArrayBufferView) =>
  createHash('sha256')
    .update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    .digest('hex')
    .slice(0, 16);

/** The machine's other guests only ever add to a time, so the best of several turns is the truest. */
export function compareWithTwin({ name, turns, ours, input }: Comparison): BenchResult {
  let best = Infinity;
  let figures = ours();
  for (let turn = 0; turn < turns; turn++) {
    const started = process.cpuUsage();
    figures = ours();
    const { user, system } = process.cpuUsage(started);
    best = Math.min(best, (user + system) / 1000);
  }
  const hash = sha(figures);
  const twin = runTwin(name, input);
  if (twin === undefined) return { ours_ms: best, skipped: 'g++ is absent', hash };
  const theirHash = sha(twin.bytes);
  if (theirHash !== hash) throw new Error(`The twin of ${name} comes to ${theirHash}, not ${hash}`);
  const ratio = Number((best / twin.ms).toFixed(3));
  return { ours_ms: best, cpp_ms: twin.ms, ratio, same_bits: true, hash };
}
