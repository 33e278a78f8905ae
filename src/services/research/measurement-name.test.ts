import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measurementName } from '#data/timeseries/names.js';
import { indicatorMeasurementOf, ohlcvMeasurementOf, predictionMeasurementOf } from './measurement-name.js';

describe('names we give', () => {
  it('follow the slug and the run id where they can', () => {
    expect(ohlcvMeasurementOf('btc-usdt_1m')).toBe('btc-usdt_1m_ohlcv');
    expect(indicatorMeasurementOf('a/b c.d')).toBe('a_b_c_d_ind');
    expect(predictionMeasurementOf('3f2a-1')).toBe('wf_3f2a-1');
    expect(predictionMeasurementOf('a:b..c.')).toBe('wf_a_b__c_');
    expect(ohlcvMeasurementOf('1INCH_1m')).toBe('m_1INCH_1m_ohlcv');
    expect(ohlcvMeasurementOf('_x')).toBe('m_x_ohlcv');
  });

  it('are names a measurement may have, whatever the slug', () => {
    const anything = fc.string({ minLength: 1, maxLength: 256, unit: 'binary' });
    const runId = fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/);
    fc.assert(
      fc.property(anything, runId, (slug, id) => {
        for (const name of [ohlcvMeasurementOf(slug), indicatorMeasurementOf(slug), predictionMeasurementOf(id)])
          expect(measurementName(name)).toBe(name);
      }),
    );
  });

  it('stay apart for long ids that differ only at their end', () => {
    const long = 'r'.repeat(127);
    expect(predictionMeasurementOf(`${long}a`)).not.toBe(predictionMeasurementOf(`${long}b`));
    expect(predictionMeasurementOf(`${long}a`)).toHaveLength(127);
  });
});
