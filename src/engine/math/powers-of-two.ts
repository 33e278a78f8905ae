/** Exact powers of two and the taking apart of doubles: the bit work under exp and log. */

const SMALLEST = -1074;
const LARGEST = 1023;
const table = buildTable();

function buildTable(): Float64Array {
  const powers = new Float64Array(LARGEST - SMALLEST + 1);
  powers[-SMALLEST] = 1;
  for (let e = 1; e <= LARGEST; e++) powers[e - SMALLEST] = powers[e - 1 - SMALLEST]! * 2;
  for (let e = -1; e >= SMALLEST; e--) powers[e - SMALLEST] = powers[e + 1 - SMALLEST]! / 2;
  return powers;
}

/** 2^exponent for an integer in [-1074, 1023]; exact. */
export const powerOfTwo = (exponent: number): number => table[exponent - SMALLEST]!;

/** value * 2^exponent with one rounding at most, also where the result is subnormal or overflows. */
export function scaleByPowerOfTwo(value: number, exponent: number): number {
  if (exponent > LARGEST) return value * powerOfTwo(LARGEST) * powerOfTwo(Math.min(exponent - LARGEST, LARGEST));
  if (exponent >= -1021) return value * powerOfTwo(exponent);
  return value * powerOfTwo(Math.max(exponent + 54, SMALLEST)) * powerOfTwo(-54);
}

const view = new DataView(new ArrayBuffer(8));

/** The unbiased exponent of a positive normal double: value = m * 2^exponent with 1 <= m < 2. */
export function exponentOf(value: number): number {
  view.setFloat64(0, value);
  return ((view.getUint32(0) >>> 20) & 0x7ff) - 1023;
}
