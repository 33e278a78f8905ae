/** What an option is priced from, in the units that every function here shares. */

export const OPTION_TYPES = ['call', 'put'] as const;
export type OptionType = (typeof OPTION_TYPES)[number];

/** One option on one underlying. Rates are continuously compounded, per year: 0.05 is five percent. */
export interface OptionTerms {
  readonly type: OptionType;
  /** Price of the underlying, above zero. */
  readonly spot: number;
  readonly strike: number;
  /** Years to expiry; zero or below means expired. */
  readonly years: number;
  readonly rate: number;
  readonly dividendYield: number;
}

/** Terms with the volatility per year: 0.2 is twenty percent. */
export interface PricedTerms extends OptionTerms {
  readonly vol: number;
}

/** +1 for a call, -1 for a put: the payoff is max(0, sign * (spot - strike)). */
export const payoffSign = (type: OptionType): 1 | -1 => (type === 'call' ? 1 : -1);

export const intrinsicValue = (type: OptionType, spot: number, strike: number): number =>
  Math.max(0, payoffSign(type) * (spot - strike));

/** Whether a price can be asked for at all: finite terms, spot and strike above zero. */
export const isSound = ({ spot, strike, years, rate, dividendYield }: OptionTerms): boolean =>
  spot > 0 && strike > 0 && [spot, strike, years, rate, dividendYield].every(Number.isFinite);
