/** Failures of order books: streams that begin in the middle of a day, books that outgrow memory, keyframes that cannot be read. */
import { AppError } from '../app-error.js';

export const bookErrors = {
  /** `record` counts the stream's records from 0. */
  bookStartMissing: (facts: { publisherId: number; instrumentId: number; record: number; action: string }) =>
    new AppError(
      'invalid',
      'book_start_missing',
      `Cannot build the book of instrument ${facts.instrumentId}: record ${facts.record} (${facts.action}) comes before any clear or snapshot, so the orders that rested before are unknown. Give a file that begins with the session or with a snapshot.`,
      { ...facts },
    ),
  bookTooLarge: (cause: unknown) =>
    new AppError(
      'too-large',
      'book_too_large',
      'The order books need more than the 4 GiB that a kernel can hold',
      {},
      cause,
    ),
  keyframeInvalid: (reason: string) =>
    new AppError('invalid', 'keyframe_invalid', `This is no keyframe of order books: ${reason}`, { reason }),
};
