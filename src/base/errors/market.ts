/** Failures of the market services: order-book zones, pipeline jobs, quality reports, exports. */
import { AppError } from '../app-error.js';

export const marketErrors = {
  zoneFileMissing: (id: string) =>
    new AppError('missing', 'zone_file_missing', 'Dataset not found', { resource: 'zone_file', id }),
  pipelineJobMissing: (id: string) =>
    new AppError('missing', 'pipeline_job_missing', 'Job not found', { resource: 'job', id }),
  canonicalMissing: (symbol: string, date: string) =>
    new AppError('missing', 'canonical_missing', `No canonical data for ${symbol} ${date}`, { symbol, date }),
  marketSymbolMissing: (symbol: string) =>
    new AppError('missing', 'market_symbol_missing', `No data for ${symbol}`, { symbol }),
  derivedMissing: (symbol: string) =>
    new AppError('missing', 'derived_missing', `No derived data for ${symbol}`, { symbol }),
  trainingMissing: (symbol: string) =>
    new AppError('missing', 'training_missing', `No training data for ${symbol}`, { symbol }),
  trainingTooShort: (samples: number, wanted: number) =>
    new AppError('invalid', 'training_too_short', `${samples} samples are too few: a baseline needs ${wanted}`, {
      field: 'symbol',
      location: 'query',
      samples,
    }),
  manifestMissing: () => new AppError('missing', 'manifest_missing', 'No training manifest'),
  qcReportMissing: () => new AppError('missing', 'qc_report_missing', 'QC report not found'),
  bookMissing: (symbol: string, date: string) =>
    new AppError('missing', 'book_missing', `No book of ${symbol} ${date} at or before that moment`, { symbol, date }),
  rawConflict: (symbol: string, date: string) =>
    new AppError(
      'conflict',
      'raw_conflict',
      `Other bytes are stored for ${symbol} ${date}. Send force=true to replace them.`,
      { symbol, date },
    ),
  rawTooDense: (ratio: number) =>
    new AppError(
      'invalid',
      'raw_too_dense',
      `The file says more than ${ratio} times its own size: that is no market data. Send it uncompressed if it is.`,
      { field: 'body', ratio },
    ),
  rawDatasetMismatch: (given: string, found: string) =>
    new AppError('invalid', 'raw_dataset_mismatch', `The file is of ${found}, not of ${given}`, {
      field: 'dataset',
      location: 'query',
      given,
      found,
    }),
  /** `field` is the path within the specification: `qc.min_records`. */
  specInvalid: (field: string, reason: string) =>
    new AppError(
      'invalid',
      'spec_invalid',
      `The specification is invalid${field === '' ? '' : ` at ${field}`}: ${reason}`,
      {
        field: field === '' ? 'spec' : `spec.${field}`,
        reason,
      },
    ),
  inboxRefused: (field: string) =>
    new AppError('invalid', 'inbox_refused', 'The path leaves the inbox: name a place inside one of its directories', {
      field: `spec.${field}`,
    }),
  /** The end of a pipeline job whose steps failed: the first of them, in one line. */
  pipelineFailed: (line: string) => new AppError('invalid', 'pipeline_failed', line),
  noInput: (what: string) => new AppError('missing', 'no_input', `no input: ${what}`),
  missingInput: (place: string) => new AppError('missing', 'missing_input', `missing input: ${place}`, { place }),
  unsupportedSchema: (schema: string) =>
    new AppError('unsupported', 'unsupported_schema', `unsupported schema: ${schema}`, { schema }),
  sourceMissing: (what: string) => new AppError('missing', 'source_missing', `no source file: ${what}`),
  providerKeyMissing: () =>
    new AppError('unavailable', 'provider_key_missing', 'the provider needs DATABENTO_API_KEY, which is not set'),
  providerFailed: (reason: string) =>
    new AppError('upstream', 'provider_failed', `the provider did not deliver: ${reason}`, { reason }),
};
