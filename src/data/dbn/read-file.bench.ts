/** Compressed market by order, from zstd bytes to columns, on a vendor's file over and over; without the samples it says that it skips. */
import { createHash } from 'node:crypto';
import { kernelHost } from '#compute/kernel-host.js';
import { readDbn } from './read-file.js';
import { hasSamples, sampleNamed } from './sample-files.fixture.js';

export const promise = 'zstd included: >= 4 M records/s a core';

export async function bench(size: 'small' | 'large') {
  if (!hasSamples) return { hash: '00000000', skipped: 'the sample files are absent' };
  const { bytes } = sampleNamed('esh4-glbx-mdp3-20231224.mbo.dbn.zst');
  const passes = size === 'small' ? 3 : 400;
  const hash = createHash('sha256');
  let records = 0;
  const started = process.cpuUsage();
  for (let pass = 0; pass < passes; pass++) {
    const reading = await readDbn([bytes], { kernels: kernelHost });
    for await (const { mbo, rows } of reading.blocks) {
      records += rows;
      if (pass === 0) hash.update(mbo!.orderId.words.subarray(0, rows * 2));
    }
  }
  const { user, system } = process.cpuUsage(started);
  const ms = (user + system) / 1000;
  return {
    hash: hash.digest('hex').slice(0, 16),
    records,
    cpu_ms: ms,
    records_per_s: Math.round((records / ms) * 1000),
  };
}
