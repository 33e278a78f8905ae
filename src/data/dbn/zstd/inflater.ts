/** What decompresses the parts of zstd frames, one frame after the other. */
import type { FramePart } from './frames.js';

export interface FrameInflater {
  /** What comes of one part, lent chunk by chunk. Errors: zstdInvalid. */
  inflate(part: FramePart): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Gives its memory back, also in the middle of a frame. */
  close(): void | Promise<void>;
}
