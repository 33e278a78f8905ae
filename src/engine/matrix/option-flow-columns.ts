/** What was traded in the day's own options while a bar lasted, strike by strike about the previous close (sigma 10.4). */
import { countKnown, latestSnapshot, type OptionChain, type OptionFlow } from '../frame/option-chain.js';
import type { MarketData } from '../indicators/indicator.js';
import { expiriesAfter } from '../indicators/option-snapshots.js';
import { concentrationOf, type StrikeProfile, strikeProfile } from '../indicators/strike-profile.js';
import type { BarColumn } from './bar-columns.js';

/** Which of the flow columns a matrix has, and which of them a model sees unless it names its features. */
export interface FlowWish {
  /** Half-width of the band of strikes, in strikes of 1.00. */
  readonly distanceMax: number;
  /** Features: the columns by strike, the totals, the ratios. All of them stand in the matrix in any case. */
  readonly perDistance: boolean;
  readonly totals: boolean;
  readonly ratios: boolean;
  /** Columns that stand there only when they are wanted. */
  readonly atm: boolean;
  readonly dealer: boolean;
  readonly interest: boolean;
}

export const FLOW_DEFAULTS: FlowWish = {
  distanceMax: 7,
  perDistance: true,
  totals: true,
  ratios: true,
  atm: false,
  dealer: false,
  interest: false,
};

const KINDS = ['calls_sold', 'puts_sold', 'calls_premium', 'puts_premium'] as const;
type Kind = (typeof KINDS)[number];
const RATIOS = ['pc_ratio', 'imbalance', 'dealer_sold_premium_imbalance'];
const ATM = ['atm_calls', 'atm_puts', 'atm_pc_ratio', 'atm_imbalance'];
const DEALER = ['mm_profit_dir_simple'];
const INTEREST = ['distance_to_max_pain', 'oi_concentration'];

/** Names in the order of sigma 10.4. */
export function flowColumnNames(wish: FlowWish): string[] {
  const distances = distancesOf(wish);
  return [
    ...KINDS.flatMap((kind) => distances.map((distance) => `${kind}_d${distance}`)),
    ...['calls_sold_total', 'puts_sold_total', 'pc_ratio', 'imbalance'],
    ...['calls_premium_total', 'puts_premium_total', 'dealer_sold_premium_imbalance'],
    ...(wish.atm ? ATM : []),
    ...(wish.dealer ? DEALER : []),
    ...(wish.interest ? INTEREST : []),
  ];
}

/** `calls_sold_d-3`: of one strike, not of all. */
export const isByStrike = (name: string): boolean => /^(calls|puts)_(sold|premium)_d-?\d+$/.test(name);

/** The flow columns that are features unless a client names others. */
export const flowFeatureNames = (wish: FlowWish): string[] =>
  flowColumnNames(wish).filter((name) => {
    if (isByStrike(name)) return wish.perDistance;
    if (name.endsWith('_total')) return wish.totals;
    return RATIOS.includes(name) ? wish.ratios : true;
  });

const distancesOf = ({ distanceMax }: FlowWish) =>
  Array.from({ length: 2 * distanceMax + 1 }, (_, at) => at - distanceMax);

/**
 * One column a name, as long as the bars. Strike = round(previous close) + d, expiry = the bar's session; volume in contracts,
 * premium in dollars. A bar in which no option of its day is known to have been traded is null, never 0; a strike without trades
 * in a bar that has some is 0. Totals are those of the band. Ratios carry 1e-6 above and below, as the original's.
 */
export function optionFlowColumns(market: MarketData, previousClose: Float64Array, wish: FlowWish): BarColumn[] {
  const values = new Map(flowColumnNames(wish).map((name) => [name, nothing(market.bars.rows)]));
  const { flow, bars } = market;
  if (flow !== undefined && flow.rows > 0) {
    for (let row = 0; row < bars.rows; row++) {
      const band = bandOf(flow, market, row, { centre: Math.round(previousClose[row]!), wish });
      if (band !== undefined) fillRow(values, row, band, wish);
    }
  }
  if (wish.interest && market.chain !== undefined) fillInterest(values, market, market.chain);
  return [...values].map(([name, column]) => ({ name, kind: 'number', values: column }));
}

const nothing = (rows: number) => new Float64Array(rows).fill(Number.NaN);

type Band = Readonly<Record<Kind, Float64Array>>;

/** Sums by strike of the bar's own stretch of time; undefined without any trade in an option of the day. */
function bandOf(
  flow: OptionFlow,
  { bars }: MarketData,
  row: number,
  { centre, wish }: { centre: number; wish: FlowWish },
): Band | undefined {
  if (!Number.isFinite(centre)) return undefined;
  const width = 2 * wish.distanceMax + 1;
  const band = {
    calls_sold: new Float64Array(width),
    puts_sold: new Float64Array(width),
    calls_premium: new Float64Array(width),
    puts_premium: new Float64Array(width),
  };
  let isTraded = false;
  const until = bars.tsEndMs[row]!;
  for (let at = countKnown(flow.tsEndMs, bars.tsStartMs[row]!); at < flow.rows && flow.tsEndMs[at]! <= until; at++) {
    if (flow.expiryDay[at] !== bars.session[row]) continue;
    isTraded = true;
    const place = flow.strike[at]! - centre + wish.distanceMax;
    if (!Number.isInteger(place) || place < 0 || place >= width) continue;
    const [sold, premium] =
      flow.isCall[at] === 1 ? [band.calls_sold, band.calls_premium] : [band.puts_sold, band.puts_premium];
    sold[place]! += flow.volume[at]!;
    premium[place]! += flow.premium[at]!;
  }
  return isTraded ? band : undefined;
}

const TINY = 1e-6;

function fillRow(values: ReadonlyMap<string, Float64Array>, row: number, band: Band, wish: FlowWish): void {
  const set = (name: string, value: number) => {
    const column = values.get(name);
    if (column !== undefined) column[row] = value;
  };
  for (const kind of KINDS)
    distancesOf(wish).forEach((distance, at) => {
      set(`${kind}_d${distance}`, band[kind][at]!);
    });
  const [calls, puts] = [sumOf(band.calls_sold), sumOf(band.puts_sold)];
  const [callPremium, putPremium] = [sumOf(band.calls_premium), sumOf(band.puts_premium)];
  set('calls_sold_total', calls);
  set('puts_sold_total', puts);
  set('pc_ratio', (puts + TINY) / (calls + TINY));
  set('imbalance', calls - puts);
  set('calls_premium_total', callPremium);
  set('puts_premium_total', putPremium);
  set('dealer_sold_premium_imbalance', (putPremium - callPremium) / (putPremium + callPremium + TINY));
  const [atmCalls, atmPuts] = [band.calls_sold[wish.distanceMax]!, band.puts_sold[wish.distanceMax]!];
  set('atm_calls', atmCalls);
  set('atm_puts', atmPuts);
  set('atm_pc_ratio', (atmPuts + TINY) / (atmCalls + TINY));
  set('atm_imbalance', atmCalls - atmPuts);
  set('mm_profit_dir_simple', Math.sign(puts - calls));
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** The shares that make up `oi_concentration`: as many as in the indicator `oi_concentration_hhi`. */
const TOP_STRIKES = 5;

/** Of the nearest expiry that had not passed when the bar began, by the latest snapshot known at its end. */
function fillInterest(values: ReadonlyMap<string, Float64Array>, { bars }: MarketData, chain: OptionChain): void {
  const [distance, concentration] = [values.get('distance_to_max_pain')!, values.get('oi_concentration')!];
  for (let row = 0; row < bars.rows; row++) {
    const span = latestSnapshot(chain, bars.tsEndMs[row]!);
    if (span === undefined) continue;
    const [nearest] = expiriesAfter(chain, span, bars.tsStartMs[row]!);
    const interest = (side: 'calls' | 'puts' | 'both') =>
      strikeProfile(chain, span, (at) => {
        const isMeant =
          chain.expiryMs[at] === nearest && (side === 'both' || (side === 'calls') === (chain.isCall[at] === 1));
        return isMeant ? chain.openInterest[at]! : Number.NaN;
      });
    distance[row] = bars.close[row]! - maxPain(interest('calls'), interest('puts'));
    concentration[row] = concentrationOf(interest('both'), TOP_STRIKES);
  }
}

/** The strike at which all that is open pays out least (the lowest of equals); NaN without open interest. */
function maxPain(calls: StrikeProfile, puts: StrikeProfile): number {
  let [best, least] = [Number.NaN, Infinity];
  if (sumOf(calls.values) + sumOf(puts.values) === 0) return best;
  const strikes = Float64Array.from(new Set([...calls.strikes, ...puts.strikes])).sort();
  for (const settled of strikes) {
    let payout = 0;
    calls.strikes.forEach((strike, at) => {
      payout += calls.values[at]! * Math.max(0, settled - strike);
    });
    puts.strikes.forEach((strike, at) => {
      payout += puts.values[at]! * Math.max(0, strike - settled);
    });
    if (payout < least) [best, least] = [settled, payout];
  }
  return best;
}
