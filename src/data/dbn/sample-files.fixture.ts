/** The vendor's sample files, for tests; where they are absent, suites say that they skip. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DbnBlock } from './block.js';
import { copyBlock } from './block.js';
import { createDbnDecoder, type DbnSeen, type DecodeOptions } from './decode.js';
import type { DbnMetadata } from './metadata.js';
import { inflateAll } from './zstd/inflate.js';

const ROOM = resolve(process.cwd(), '../shared/data');

export const hasSamples = existsSync(join(ROOM, 'dbn')) && existsSync(join(ROOM, 'dbn-es'));

export interface Sample {
  readonly name: string;
  /** As it is on the disk. */
  readonly bytes: Uint8Array;
  /** Of a fragment, told by its name. */
  readonly fragment?: DecodeOptions['fragment'];
}

export const samples: readonly Sample[] = hasSamples ? ['dbn', 'dbn-es'].flatMap(samplesIn) : [];

function samplesIn(folder: string): Sample[] {
  return readdirSync(join(ROOM, folder))
    .sort()
    .map((name) => {
      const bytes = new Uint8Array(readFileSync(join(ROOM, folder, name)));
      const version = /\.v([123])\./.exec(name)?.[1] ?? '2';
      const isFragment = name.includes('.frag');
      return { name, bytes, ...(isFragment && { fragment: { version: Number(version) as 1 | 2 | 3 } }) };
    });
}

export const sampleNamed = (name: string): Sample => {
  const sample = samples.find((one) => one.name === name);
  if (sample === undefined) throw new Error(`No sample ${name}`);
  return sample;
};

/** Its DBN bytes. */
export const plain = async ({ bytes, name }: Sample): Promise<Uint8Array> =>
  name.endsWith('.zst') ? inflateAll(bytes) : bytes;

export interface Decoded {
  readonly metadata: DbnMetadata | undefined;
  readonly blocks: readonly DbnBlock[];
  readonly seen: DbnSeen;
}

/** Decodes bytes in chunks of that many; throws what the decoder throws. */
export function decodeAll(bytes: Uint8Array, options: DecodeOptions = {}, chunkBytes = bytes.length || 1): Decoded {
  const decoder = createDbnDecoder(options);
  const blocks: DbnBlock[] = [];
  let metadata: DbnMetadata | undefined;
  let at = 0;
  for (;;) {
    const event = decoder.next();
    if (event.type === 'end') return { metadata, blocks, seen: event.seen };
    if (event.type === 'metadata') metadata = event.metadata;
    else if (event.type === 'block') blocks.push(copyBlock(event.block));
    else if (at < bytes.length) {
      decoder.push(bytes.subarray(at, at + chunkBytes));
      at += chunkBytes;
    } else decoder.end();
  }
}
