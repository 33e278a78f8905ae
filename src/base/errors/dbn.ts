/** Failures of DBN files: what is not one, what is damaged and where, and what a version cannot hold. Offsets count uncompressed bytes. */
import { AppError } from '../app-error.js';

export const dbnErrors = {
  dbnUnrecognised: () =>
    new AppError(
      'invalid',
      'dbn_unrecognised',
      'Not a DBN file: it begins neither with "DBN" nor with a zstd frame. Give a .dbn or .dbn.zst file, or say the version of a fragment.',
      { offset: 0 },
    ),
  dbnLegacy: () =>
    new AppError('unsupported', 'dbn_legacy', 'Legacy DBZ is not supported, convert to DBN', { offset: 0 }),
  dbnVersionUnsupported: (version: number) =>
    new AppError(
      'unsupported',
      'dbn_version_unsupported',
      `DBN version ${version} is not supported: 1, 2 and 3 are. Update Almanac, or convert the file.`,
      { offset: 3, version },
    ),
  dbnMetadataInvalid: (offset: number, reason: string) =>
    new AppError('invalid', 'dbn_metadata_invalid', `The DBN header is damaged at byte ${offset}: ${reason}`, {
      offset,
      reason,
    }),
  dbnMetadataTooLarge: (bytes: number, bytesMax: number) =>
    new AppError(
      'too-large',
      'dbn_metadata_too_large',
      `The DBN header claims ${bytes} bytes; ${bytesMax} are allowed`,
      { offset: 4, bytes, bytesMax },
    ),
  dbnTooLarge: (bytesMax: number) =>
    new AppError('too-large', 'dbn_too_large', `The DBN data is longer than ${bytesMax} bytes, uncompressed`, {
      bytesMax,
    }),
  /** `records` whole ones were read before it. */
  dbnRecordInvalid: (offset: number, records: number, reason: string) =>
    new AppError(
      'invalid',
      'dbn_record_invalid',
      `The DBN record at byte ${offset} is damaged: ${reason}. ${records} whole records stand before it.`,
      { offset, records, reason },
    ),
  /** Records that the header, or the caller of a fragment, said would not be there. */
  dbnMislabelled: (offset: number, records: number, reason: string) =>
    new AppError(
      'invalid',
      'dbn_mislabelled',
      `The DBN data is not what it is said to be at byte ${offset}: ${reason}. ${records} whole records stand before it.`,
      { offset, records, reason },
    ),
  dbnTruncated: (offset: number, records: number, reason: string) =>
    new AppError(
      'invalid',
      'dbn_truncated',
      `The DBN data ends too soon, at byte ${offset}: ${reason}. ${records} whole records stand before it.`,
      { offset, records, reason },
    ),
  /** Here the offset counts compressed bytes. */
  zstdInvalid: (offset: number, reason: string) =>
    new AppError('invalid', 'zstd_invalid', `The zstd data is damaged at compressed byte ${offset}: ${reason}`, {
      offset,
      reason,
    }),
  dbnValueUnfit: (field: string, row: number, reason: string) =>
    new AppError('invalid', 'dbn_value_unfit', `Field ${field} of record ${row} cannot be written: ${reason}`, {
      field,
      row,
      reason,
    }),
  dbnTextInvalid: (line: number, reason: string) =>
    new AppError('invalid', 'dbn_text_invalid', `Line ${line} cannot become a DBN record: ${reason}`, { line, reason }),
  dbnFormatUnknown: (path: string) =>
    new AppError(
      'invalid',
      'dbn_format_unknown',
      `Cannot tell what ${path} is: its name ends in none of .dbn, .dbn.zst, .csv, .jsonl and .parquet`,
      { path },
    ),
  dbnFileUnreadable: (path: string, cause: Error) =>
    new AppError(
      'missing',
      'dbn_file_unreadable',
      `Cannot open ${path}: ${cause.message}`,
      { path, reason: cause.message },
      cause,
    ),
};
