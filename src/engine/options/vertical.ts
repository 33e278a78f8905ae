/** Debit verticals: buy one strike, sell another further out of the money (sigma 17.1). */
import { assert } from '#base/assert.js';
import type { Greeks } from './black-scholes.js';
import { intrinsicValue, type OptionType } from './option.js';

/** One leg as quoted. */
export interface Leg {
  readonly strike: number;
  readonly bid: number;
  readonly ask: number;
  readonly greeks: Greeks;
}

export interface Vertical {
  /** What opening costs: the long leg at its ask, the short one at its bid. */
  readonly netDebit: number;
  /** The same at the middle of both quotes. */
  readonly netDebitMid: number;
  /** Risk and reward of paying `netDebit`, per share. */
  readonly outcome: VerticalOutcome;
  readonly greeks: Greeks;
}

export interface VerticalOutcome {
  readonly maxLoss: number;
  readonly maxProfit: number;
  /** Price of the underlying at expiry that gives neither. */
  readonly breakeven: number;
}

/** A debit vertical from its quoted legs: calls sell above the strike they buy, puts below. */
export function debitVertical(type: OptionType, long: Leg, short: Leg): Vertical {
  const netDebit = long.ask - short.bid;
  return {
    netDebit,
    netDebitMid: (long.bid + long.ask) / 2 - (short.bid + short.ask) / 2,
    outcome: verticalOutcome({ type, longStrike: long.strike, shortStrike: short.strike, debit: netDebit }),
    greeks: netGreeks(long.greeks, short.greeks),
  };
}

export interface VerticalTerms {
  readonly type: OptionType;
  readonly longStrike: number;
  readonly shortStrike: number;
  readonly debit: number;
}

/** Maximum loss is the debit, maximum profit the width less the debit, breakeven the long strike plus (call) or minus (put) the debit. */
export function verticalOutcome({ type, longStrike, shortStrike, debit }: VerticalTerms): VerticalOutcome {
  const isDebit = type === 'call' ? shortStrike > longStrike : shortStrike < longStrike;
  assert(isDebit, 'a debit vertical sells the strike further out of the money');
  const width = Math.abs(shortStrike - longStrike);
  return {
    maxLoss: debit,
    maxProfit: width - debit,
    breakeven: type === 'call' ? longStrike + debit : longStrike - debit,
  };
}

/** Profit per share when the underlying ends at a price. */
export const verticalProfitAt = ({ type, longStrike, shortStrike, debit }: VerticalTerms, price: number): number =>
  intrinsicValue(type, price, longStrike) - intrinsicValue(type, price, shortStrike) - debit;

/** Long less short, greek by greek. */
export const netGreeks = (long: Greeks, short: Greeks): Greeks => ({
  delta: long.delta - short.delta,
  gamma: long.gamma - short.gamma,
  theta: long.theta - short.theta,
  vega: long.vega - short.vega,
  rho: long.rho - short.rho,
});
