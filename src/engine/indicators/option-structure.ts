/** Option structure: where open interest and gamma pile up. */
import { defineOptionIndicator } from './option-data.js';
import { column, underlying } from './params.js';

const chain = { category: 'options structure', requires: 'chain' } as const;
const topN = { type: 'int', default: 5, min: 1, max: 100 } as const;

export const optionStructure = [
  defineOptionIndicator({
    ...chain,
    name: 'oi_peak_strike',
    subcategory: 'open interest',
    params: { underlying: underlying() },
    doc: 'Strike with the most open interest.',
    outputs: () => ['oi_peak_strike'],
  }),
  defineOptionIndicator({
    ...chain,
    name: 'dist_to_oi_peak',
    subcategory: 'open interest',
    params: { underlying: underlying(), spot_col: column('close') },
    doc: 'Spot - strike with the most open interest.',
    outputs: () => ['dist_to_oi_peak'],
  }),
  defineOptionIndicator({
    ...chain,
    name: 'oi_concentration_hhi',
    subcategory: 'open interest',
    params: { underlying: underlying(), top_n: topN },
    doc: 'Sum of the squared open-interest shares of the top n strikes.',
    outputs: (p) => [`oi_concentration_hhi_${p.top_n}`],
  }),
  defineOptionIndicator({
    ...chain,
    name: 'gamma_peak_strike',
    subcategory: 'gamma',
    params: { underlying: underlying() },
    doc: 'Strike with the largest sum of |gamma| x open interest.',
    outputs: () => ['gamma_peak_strike'],
  }),
  defineOptionIndicator({
    ...chain,
    name: 'dist_to_gamma_peak',
    subcategory: 'gamma',
    params: { underlying: underlying(), spot_col: column('close') },
    doc: 'Spot - gamma peak.',
    outputs: () => ['dist_to_gamma_peak'],
  }),
  defineOptionIndicator({
    ...chain,
    name: 'gamma_concentration',
    subcategory: 'gamma',
    params: { underlying: underlying(), top_n: topN },
    doc: 'Sum of the squared gamma shares of the top n strikes.',
    outputs: (p) => [`gamma_concentration_${p.top_n}`],
  }),
  defineOptionIndicator({
    ...chain,
    name: 'gamma_density_peak_strike',
    subcategory: 'gamma',
    params: { underlying: underlying() },
    doc: 'Gamma peak after smoothing over three strikes.',
    outputs: () => ['gamma_density_peak_strike'],
  }),
  defineOptionIndicator({
    ...chain,
    name: 'gamma_skew_left_right',
    subcategory: 'gamma',
    params: { underlying: underlying(), spot_col: column('close') },
    doc: '(right - left) / (right + left) of gamma about the spot.',
    outputs: () => ['gamma_skew_left_right'],
  }),
];
