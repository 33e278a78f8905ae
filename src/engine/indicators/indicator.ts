/** What an indicator is: columns of a market in, named columns out, with its parameters described as data. */
import type { BarInterval } from '../calendar/bar-interval.js';
import type { Bars } from '../frame/bars.js';
import type { OptionChain, OptionFlow } from '../frame/option-chain.js';

/** Everything an indicator may look at. Row t of the result may use only what is known at `bars.tsEndMs[t]`. */
export interface MarketData {
  readonly ticker: string;
  readonly interval: BarInterval;
  readonly bars: Bars;
  /** Daily bars of the same ticker, also from before `bars` begins. */
  readonly daily?: Bars | undefined;
  /** Daily bars of other tickers and of indices, by ticker (`I:VIX`). */
  readonly related?: Readonly<Record<string, Bars>> | undefined;
  /** Snapshots of the ticker's own options, with open interest, implied volatility and greeks. */
  readonly chain?: OptionChain | undefined;
  /** Quotes of the ticker's own options at many moments of a session, with the implied volatilities of their mids. */
  readonly quotes?: OptionChain | undefined;
  /** Contracts of the ticker's own options traded by strike. */
  readonly flow?: OptionFlow | undefined;
}

export type ParamValue = number | boolean | string | null;
export type Params = Readonly<Record<string, ParamValue>>;

/** One parameter, as `GET /indicators` shows it (sigma 9); with the default null it is absent unless given. */
export type ParamSpec = NumberParam | FlagParam | TextParam;

export interface NumberParam {
  readonly type: 'int' | 'num';
  readonly default: number | null;
  readonly min?: number;
  readonly max?: number;
}

export interface FlagParam {
  readonly type: 'bool';
  readonly default: boolean;
}

export interface TextParam {
  readonly type: 'str';
  readonly default: string | null;
  readonly enum?: readonly string[];
}

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

type ValueOf<S extends ParamSpec> = S extends NumberParam ? number : S extends TextParam ? string : boolean;

export type ParamsOf<S extends ParamSpecs> = {
  readonly [K in keyof S]: ValueOf<S[K]> | (S[K]['default'] extends null ? null : never);
};

/** The data an indicator cannot do without. */
export type Requirement = 'ohlcv' | 'daily' | 'minute' | 'flow' | 'chain' | 'quotes' | 'index';

export interface IndicatorOf<P> {
  readonly name: string;
  /** Other spellings; all names are compared without case. */
  readonly aliases?: readonly string[];
  readonly category: string;
  readonly subcategory: string;
  readonly params: ParamSpecs;
  /** Columns of the market that it reads. */
  readonly inputs: readonly string[];
  readonly requires: Requirement;
  /** Formula, source and what a client should know. */
  readonly doc: string;
  /** The values are 0 and 1 and mean no and yes. */
  readonly isFlag?: boolean;
  /** Also after its warm-up there are rows without a value (only some hours, only after the opening range). */
  readonly isSparse?: boolean;
  /** Names of the columns, in the order `compute` gives them. */
  outputs(params: P): readonly string[];
  /** Bars before every output has a value. */
  lookback(params: P): number;
  /** Sessions before every output has a value, for columns made from daily bars. */
  lookbackSessions?(params: P): number;
  /** Why the columns can only be null on this market; undefined when they can be computed. */
  whyMissing?(market: MarketData, params: P): string | undefined;
  /** New columns as long as the bars; NaN where nothing is known yet. Reads its input, never writes it. */
  compute(market: MarketData, params: P): readonly Float64Array[];
}

export type Indicator = IndicatorOf<Params>;

/** Types `params` by the specs. Methods are compared loosely by the compiler, and `resolveIndicator` is what makes it true. */
export const defineIndicator = <const S extends ParamSpecs>(
  definition: IndicatorOf<ParamsOf<S>> & { readonly params: S },
): Indicator => definition as IndicatorOf<never> as Indicator;

/** An indicator as a client wants it. */
export interface ResolvedIndicator {
  readonly indicator: Indicator;
  /** Every parameter, defaults filled in. */
  readonly params: Params;
}
