/** The names we give measurements when a client names none (stage1.md 3.1, 4.1). */
import { sha256 } from '#data/hash.js';

const NAME_LENGTH_MAX = 127;

/** `aapl_1d` gives `aapl_1d_ohlcv`; what a measurement name cannot hold becomes `_`. */
export const ohlcvMeasurementOf = (slug: string) => nameFrom(slug.replaceAll(/[^A-Za-z0-9_-]/g, '_'), '_ohlcv');

export const indicatorMeasurementOf = (slug: string) => nameFrom(slug.replaceAll(/[^A-Za-z0-9_-]/g, '_'), '_ind');

/** `SPY` gives `SPY_option_chains` and `SPY_option_bars`. */
export const optionMeasurementOf = (underlying: string, kind: 'chains' | 'bars') =>
  nameFrom(underlying.replaceAll(/[^A-Za-z0-9_-]/g, '_'), `_option_${kind}`);

/** `wf_` and the run id; dots stay as long as they do not end the name or stand two in a row. */
export const predictionMeasurementOf = (runId: string) =>
  nameFrom(
    `wf_${runId
      .replaceAll(/[^A-Za-z0-9_.-]/g, '_')
      .replaceAll('..', '__')
      .replace(/\.$/, '_')}`,
    '',
  );

function nameFrom(stem: string, suffix: string): string {
  // A name begins with a letter: digits are not allowed there, and `_` is the server's own.
  const named = /^[A-Za-z]/.test(stem) ? stem : `m_${stem.replace(/^_+/, '')}`;
  if (named.length + suffix.length <= NAME_LENGTH_MAX) return named + suffix;
  // Two long names that differ only at their end must not meet in one measurement.
  const mark = `_${sha256(stem).slice(0, 12)}`;
  return named.slice(0, NAME_LENGTH_MAX - suffix.length - mark.length) + mark + suffix;
}
