import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDay } from '../calendar/civil-date.js';
import { blackScholesGreeks, blackScholesPrice, NO_GREEKS } from './black-scholes.js';
import { type ChainQuote, chooseByDelta, chooseExpiry, nearestStrike, shortStrike } from './chain-selection.js';
import { formatOccSymbol, parseOccSymbol } from './occ-symbol.js';
import { premiumAt, yearsToExpiry } from './premium-level.js';
import { debitVertical, verticalOutcome, verticalProfitAt } from './vertical.js';

const quote = (strike: number, delta: number, more: Partial<ChainQuote> = {}): ChainQuote => ({
  type: delta < 0 ? 'put' : 'call',
  expiry: 1,
  strike,
  delta,
  iv: 0.2,
  bid: 1,
  ask: 1.1,
  openInterest: 100,
  ...more,
});

describe('OCC symbols', () => {
  it('are the golden vector of sigma 30, both ways', () => {
    const symbol = { root: 'SPY', expiry: parseDay('2024-07-01')!, type: 'call' as const, strike: 545 };
    expect(formatOccSymbol(symbol)).toBe('O:SPY240701C00545000');
    expect(parseOccSymbol('O:SPY240701C00545000')).toEqual(symbol);
    expect(parseOccSymbol('SPY   240701C00545000')).toEqual(symbol);
  });

  it('are read back as written', () => {
    const anySymbol = fc.record({
      root: fc.stringMatching(/^[A-Z]{1,5}[0-9]?$/),
      expiry: fc.integer({ min: parseDay('2000-01-01')!, max: parseDay('2099-12-31')! }),
      type: fc.constantFrom('call' as const, 'put' as const),
      strike: fc.integer({ min: 1, max: 99_999_999 }).map((thousandths) => thousandths / 1000),
    });
    fc.assert(
      fc.property(anySymbol, (symbol) => {
        expect(parseOccSymbol(formatOccSymbol(symbol))).toEqual(symbol);
      }),
      {
        seed: 34,
      },
    );
  });

  it.each([
    '',
    'SPY',
    'O:SPY240231C00545000',
    'O:SPY240701X00545000',
    'O:SPY240701C0054500',
    'O:spy240701C00545000',
    'O:SPY240701C00000000',
  ])('are not read from %j', (text) => expect(parseOccSymbol(text)).toBeUndefined());
});

describe('choosing from a chain', () => {
  it('compares the size of delta, also for puts', () => {
    const chain = [quote(90, -0.2), quote(95, -0.34), quote(110, -0.8), quote(100, 0.35)];
    expect(chooseByDelta(chain, { type: 'put', targetDelta: 0.35 })?.strike).toBe(95);
    expect(chooseByDelta(chain, { type: 'call', targetDelta: 0.35 })?.strike).toBe(100);
  });

  it('breaks ties by spread, then volatility, then strike, whatever the order of the chain', () => {
    const chain = [
      quote(104, 0.35, { ask: 1.05, iv: 0.3 }),
      quote(103, 0.35, { ask: 1.05 }),
      quote(102, 0.35, { ask: 1.05 }),
      quote(101, 0.35, { ask: 1.2 }),
      quote(100, 0.35, { bid: 0, ask: 0 }),
    ];
    for (const order of [chain, [...chain].reverse()])
      expect(chooseByDelta(order, { type: 'call', targetDelta: 0.35 })?.strike).toBe(102);
  });

  it('leaves out what is thinly held, widely quoted or without delta', () => {
    const chain = [
      quote(1, 0.35, { openInterest: 9 }),
      quote(2, 0.35, { ask: 3 }),
      quote(3, Number.NaN, { type: 'call' }),
    ];
    const strict = { type: 'call', targetDelta: 0.35, minOpenInterest: 10, maxSpreadShare: 0.5 } as const;
    expect(chooseByDelta(chain, strict)).toBeUndefined();
    expect(chooseByDelta([...chain, quote(4, 0.1)], strict)?.strike).toBe(4);
  });

  it('finds the short leg above for calls and below for puts, within half the width', () => {
    const strikes = [90, 93, 95, 100, 104, 110];
    expect(shortStrike(strikes, { type: 'call', longStrike: 100, width: 5 })).toBe(104);
    expect(shortStrike(strikes, { type: 'put', longStrike: 100, width: 5 })).toBe(95);
    expect(shortStrike(strikes, { type: 'call', longStrike: 110, width: 5 })).toBeUndefined();
    expect(nearestStrike([94, 96], 95, 2)).toBe(94);
  });

  it('takes the nearest expiry, the later of two as near, never one that is past', () => {
    const expiries = [95, 102, 104, 110];
    expect(chooseExpiry(expiries, 100)).toBe(102);
    expect(chooseExpiry(expiries, 100, 3)).toBe(104);
    expect(chooseExpiry(expiries, 100, 60)).toBe(110);
    expect(chooseExpiry([90], 100)).toBeUndefined();
  });
});

describe('debit verticals', () => {
  const leg = (strike: number, bid: number, ask: number) => {
    const terms = { type: 'call' as const, spot: 545, strike, years: 5 / 365, rate: 0, dividendYield: 0, vol: 0.11 };
    return { strike, bid, ask, greeks: blackScholesGreeks(terms) };
  };

  it('cost the long ask less the short bid and net their greeks', () => {
    const [long, short] = [leg(545, 2.5, 2.6), leg(550, 0.7, 0.8)];
    const vertical = debitVertical('call', long, short);
    expect(vertical.netDebit).toBeCloseTo(1.9, 12);
    expect(vertical.netDebitMid).toBeCloseTo(1.8, 12);
    expect(vertical.outcome.maxProfit).toBeCloseTo(3.1, 12);
    expect(vertical.outcome.breakeven).toBeCloseTo(546.9, 12);
    expect(vertical.greeks.delta).toBe(long.greeks.delta - short.greeks.delta);
    expect(
      debitVertical('put', { ...long, greeks: NO_GREEKS }, { ...short, strike: 540, greeks: NO_GREEKS }).greeks,
    ).toEqual(NO_GREEKS);
  });

  it('never lose or win more than they say, and break even where they say', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('call' as const, 'put' as const),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 1, max: 300, noNaN: true }),
        (type, width, share, price) => {
          const terms = {
            type,
            longStrike: 100,
            shortStrike: type === 'call' ? 100 + width : 100 - width,
            debit: share * width,
          };
          const { maxLoss, maxProfit, breakeven } = verticalOutcome(terms);
          const profit = verticalProfitAt(terms, price);
          expect(profit).toBeGreaterThanOrEqual(-maxLoss - 1e-9);
          expect(profit).toBeLessThanOrEqual(maxProfit + 1e-9);
          expect(verticalProfitAt(terms, breakeven)).toBeCloseTo(0, 9);
        },
      ),
      { seed: 35 },
    );
  });
});

describe('premium levels', () => {
  it('revalue the whole option, beside the linear estimate', () => {
    const terms = { type: 'call' as const, spot: 100, strike: 100, years: 0.1, rate: 0, dividendYield: 0, vol: 0.3 };
    const { premium, linear } = premiumAt(terms, 105, 0.01);
    expect(premium).toBe(blackScholesPrice({ ...terms, spot: 105, years: terms.years - 0.01 }));
    expect(premium).not.toBeCloseTo(linear, 2);
    expect(premiumAt(terms, 50, 0).linear).toBe(0);
  });

  it('count calendar time to the closing bell in New York', () => {
    const expiry = parseDay('2024-07-19')!;
    expect(yearsToExpiry(Date.UTC(2024, 6, 18, 20), expiry)).toBe(1 / 365);
    expect(yearsToExpiry(Date.UTC(2024, 6, 19, 20), expiry)).toBe(0);
  });
});
