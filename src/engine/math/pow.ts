/** Powers of positive numbers, the same bits on every engine. */
import { exp } from './exp.js';
import { log } from './log.js';

/**
 * base^exponent for base >= 0, as exp(exponent * log base); whole exponents up to 64 by repeated squaring.
 *
 * Relative error about (2 + |exponent * log base|) * 2.2e-16. 0^0 is 1; a negative base with a broken exponent is NaN.
 */
export function pow(base: number, exponent: number): number {
  if (exponent === 0) return 1;
  if (exponent === Math.floor(exponent) && Math.abs(exponent) <= 64) return wholePower(base, exponent);
  if (base === 0) return exponent > 0 ? 0 : Infinity;
  return exp(exponent * log(base));
}

function wholePower(base: number, exponent: number): number {
  let rest = Math.abs(exponent);
  let square = base;
  let result = 1;
  while (rest > 0) {
    if (rest % 2 === 1) result *= square;
    square *= square;
    rest = Math.floor(rest / 2);
  }
  return exponent < 0 ? 1 / result : result;
}
