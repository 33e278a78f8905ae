/** Option structure: where open interest and gamma pile up. */
import type { MarketData } from './indicator.js';
import { defineOptionIndicator, optionsOf } from './option-data.js';
import { fromSnapshot } from './option-snapshots.js';
import { column, columnOf, underlying } from './params.js';
import {
  concentrationOf,
  gammaProfile,
  openInterestProfile,
  peakStrike,
  type StrikeProfile,
} from './strike-profile.js';

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
    column: (market) => ofProfile(market, openInterestProfile, peakStrike),
  }),
  defineOptionIndicator({
    ...chain,
    name: 'dist_to_oi_peak',
    subcategory: 'open interest',
    params: { underlying: underlying(), spot_col: column('close') },
    doc: 'Spot - strike with the most open interest.',
    outputs: () => ['dist_to_oi_peak'],
    column: (market, p) =>
      ofProfile(market, openInterestProfile, (profile, spot) => spot - peakStrike(profile), p.spot_col),
  }),
  defineOptionIndicator({
    ...chain,
    name: 'oi_concentration_hhi',
    subcategory: 'open interest',
    params: { underlying: underlying(), top_n: topN },
    doc: 'Sum of the squared open-interest shares of the top n strikes.',
    outputs: (p) => [`oi_concentration_hhi_${p.top_n}`],
    column: (market, p) => ofProfile(market, openInterestProfile, (profile) => concentrationOf(profile, p.top_n)),
  }),
  defineOptionIndicator({
    ...chain,
    name: 'gamma_peak_strike',
    subcategory: 'gamma',
    params: { underlying: underlying() },
    doc: 'Strike with the largest sum of |gamma| x open interest.',
    outputs: () => ['gamma_peak_strike'],
    column: (market) => ofProfile(market, gammaProfile, peakStrike),
  }),
  defineOptionIndicator({
    ...chain,
    name: 'dist_to_gamma_peak',
    subcategory: 'gamma',
    params: { underlying: underlying(), spot_col: column('close') },
    doc: 'Spot - gamma peak.',
    outputs: () => ['dist_to_gamma_peak'],
    column: (market, p) => ofProfile(market, gammaProfile, (profile, spot) => spot - peakStrike(profile), p.spot_col),
  }),
  defineOptionIndicator({
    ...chain,
    name: 'gamma_concentration',
    subcategory: 'gamma',
    params: { underlying: underlying(), top_n: topN },
    doc: 'Sum of the squared gamma shares of the top n strikes.',
    outputs: (p) => [`gamma_concentration_${p.top_n}`],
    column: (market, p) => ofProfile(market, gammaProfile, (profile) => concentrationOf(profile, p.top_n)),
  }),
  defineOptionIndicator({
    ...chain,
    name: 'gamma_density_peak_strike',
    subcategory: 'gamma',
    params: { underlying: underlying() },
    doc: 'Gamma peak after smoothing over three strikes.',
    outputs: () => ['gamma_density_peak_strike'],
    column: (market) => ofProfile(market, gammaProfile, (profile) => peakStrike(smoothed(profile))),
  }),
  defineOptionIndicator({
    ...chain,
    name: 'gamma_skew_left_right',
    subcategory: 'gamma',
    params: { underlying: underlying(), spot_col: column('close') },
    doc: '(right - left) / (right + left) of gamma about the spot.',
    outputs: () => ['gamma_skew_left_right'],
    column: (market, p) => ofProfile(market, gammaProfile, skewAbout, p.spot_col),
  }),
];

type ProfileOf = typeof gammaProfile;

/** A value of the profile of the latest snapshot, with the spot of the bar. */
function ofProfile(
  market: MarketData,
  profileOf: ProfileOf,
  value: (profile: StrikeProfile, spot: number) => number,
  spotColumn = 'close',
): Float64Array {
  const chain = optionsOf(market, 'chain');
  const spots = columnOf(market.bars, spotColumn);
  return fromSnapshot(market.bars, chain, (span, row) => value(profileOf(chain, span), spots[row]!));
}

/** Each strike with its two neighbours; the outermost have one. */
const smoothed = ({ strikes, values }: StrikeProfile): StrikeProfile => ({
  strikes,
  values: values.map((value, i) => ((values[i - 1] ?? 0) + value + (values[i + 1] ?? 0)) / 3),
});

function skewAbout({ strikes, values }: StrikeProfile, spot: number): number {
  let [left, right] = [0, 0];
  for (let i = 0; i < strikes.length; i++) {
    if (strikes[i]! < spot) left += values[i]!;
    if (strikes[i]! > spot) right += values[i]!;
  }
  return Number.isNaN(spot) ? Number.NaN : (right - left) / (right + left);
}
