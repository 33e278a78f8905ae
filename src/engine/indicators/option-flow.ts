/** Option flow: how many puts and calls were traded and are open. */
import { defineOptionIndicator } from './option-data.js';
import { bars, underlying } from './params.js';

const flow = { category: 'options flow', requires: 'flow' } as const;
const interest = { category: 'options flow', requires: 'chain' } as const;

export const optionFlow = [
  defineOptionIndicator({
    ...flow,
    name: 'sold_flow_ratio',
    subcategory: 'ratio',
    params: { window: { type: 'int', default: null, min: 1, max: 5040 } },
    doc: 'puts_sold_total / calls_sold_total; with a window, its rolling mean.',
    outputs: (p) => [p.window === null ? 'sold_flow_ratio' : `sold_flow_ratio_${p.window}`],
  }),
  defineOptionIndicator({
    ...flow,
    name: 'pcr_volume',
    subcategory: 'ratio',
    params: {},
    doc: 'Put volume / call volume of the bar.',
    outputs: () => ['pcr_volume'],
  }),
  defineOptionIndicator({
    ...flow,
    name: 'pcr_eod',
    subcategory: 'ratio',
    params: {},
    doc: "The session's put / call volume; on rows before the close that of the session before.",
    outputs: () => ['pcr_eod'],
  }),
  defineOptionIndicator({
    ...interest,
    name: 'pcr_oi',
    subcategory: 'open interest',
    params: { underlying: underlying() },
    doc: 'Put open interest / call open interest.',
    outputs: () => ['pcr_oi'],
  }),
  defineOptionIndicator({
    ...interest,
    name: 'oi_change_1d',
    subcategory: 'open interest',
    params: { underlying: underlying() },
    doc: 'Total open interest - that of the session before.',
    outputs: () => ['oi_change_1d'],
  }),
  defineOptionIndicator({
    ...interest,
    name: 'oi_trend',
    subcategory: 'open interest',
    params: { underlying: underlying(), window: bars(5) },
    doc: 'Open interest - its EMA.',
    outputs: (p) => [`oi_trend_${p.window}`],
  }),
];
