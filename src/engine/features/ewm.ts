/** `ewm_{span}`: a mean of all earlier days in which the near ones weigh more. */
import { assert } from '#base/assert.js';
import { defineFeature, fillUnknown } from './demand-feature.js';
import type { TargetName } from './demand-panel.js';
import { weightedMean } from './weighted-mean.js';

export interface EwmParams {
  readonly spans: readonly number[];
  readonly target: TargetName;
  readonly minPeriods: number;
}

export const ewm = defineFeature<EwmParams>({
  name: 'ewm',
  doc: 'Exponentially weighted mean of the target over all days before t, alpha = 2 / (span + 1), weights normalised and fading by the calendar.',
  timeSafety: 'A value is added one row after its own, so row t has seen rows before t only.',
  reads: ['quantity', 'unitPrice', 'totalAmount'],
  defaults: { spans: [7, 28], target: 'quantity', minPeriods: 1 },
  outputs: ({ spans }) => spans.map((span) => `ewm_${span}`),
  prepare(panel, { spans, target, minPeriods }, columns) {
    const values = panel[target];
    for (const span of spans) assert(span >= 1, 'a span is at least one day');
    if (values === undefined) return fillUnknown(columns);
    return (from, to) => {
      for (let i = 0; i < spans.length; i++)
        weightedMean({ values, day: panel.day, span: spans[i]!, minPeriods, out: columns[i]! }, from, to);
    };
  },
});
