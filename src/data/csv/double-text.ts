/**
 * A double as its shortest text that reads back the same, the one the language itself writes, as bytes.
 *
 * Three ways, each checked before it is taken. Few decimals (prices, rates): the digits that divide back to the number. Most
 * other numbers: seventeen digits by exact multiplication of a pair of doubles (Dekker, 1971), then the fewest of 15, 16 or
 * 17 that lie nearer than half a unit in the last place, which is what reading back means. The rest, and all that is too
 * near a border to be sure, goes to the language.
 */
const MINUS = 45;
const DOT = 46;
const ZERO = 48;

/** The most bytes a number takes: sign, 17 digits, point, exponent. */
export const NUMBER_BYTES_MAX = 32;

const POWERS_OF_TEN = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const EXACT_MAX = 1e15;

/** Writes at `at`, gives where it ended. The number must be finite. */
export function writeDouble(bytes: Uint8Array, at: number, value: number): number {
  const size = Math.abs(value);
  if (size >= EXACT_MAX || size < 1e-6) return writeByLanguage(bytes, at, value);
  const start = value < 0 ? at + 1 : at;
  if (value < 0) bytes[at] = MINUS;
  const decimals = decimalsOf(size);
  if (decimals >= 0) return writeDecimal(bytes, start, Math.round(size * POWERS_OF_TEN[decimals]!), decimals);
  const end = writeShortest(bytes, start, size);
  return end > 0 ? end : writeByLanguage(bytes, at, value);
}

function writeByLanguage(bytes: Uint8Array, at: number, value: number): number {
  const text = Object.is(value, -0) ? '-0' : String(value);
  for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
  return at;
}

/**
 * The fewest decimals, none, two, four or eight and less their zeros, that say the number exactly; -1 when eight are not
 * enough. A decimal of at most 15 digits belongs to one double alone, so what divides back is the shortest there is.
 */
function decimalsOf(size: number): number {
  if (Math.floor(size) === size) return 0;
  for (let decimals = 2; decimals <= 8; decimals *= 2) {
    const digits = Math.round(size * POWERS_OF_TEN[decimals]!);
    if (digits >= EXACT_MAX) return -1;
    if (digits / POWERS_OF_TEN[decimals]! === size) return withoutZeros(digits, decimals);
  }
  return -1;
}

function withoutZeros(digits: number, decimals: number): number {
  while (digits % 10 === 0) {
    digits /= 10;
    decimals--;
  }
  return decimals;
}

const scratch = new Uint8Array(NUMBER_BYTES_MAX);

/** The digits of a whole number below 2^53, with a point `decimals` places from its end. */
export function writeDecimal(bytes: Uint8Array, at: number, digits: number, decimals: number): number {
  let from = NUMBER_BYTES_MAX;
  let left = decimals;
  while (digits >= 4294967296) {
    const rest = Math.floor(digits / 10);
    scratch[--from] = ZERO + (digits - rest * 10);
    digits = rest;
    if (--left === 0) scratch[--from] = DOT;
  }
  let small = digits >>> 0;
  do {
    const rest = (small / 10) >>> 0;
    scratch[--from] = ZERO + (small - rest * 10);
    small = rest;
    if (--left === 0) scratch[--from] = DOT;
  } while (small > 0 || left >= 0);
  while (from < NUMBER_BYTES_MAX) bytes[at++] = scratch[from++]!;
  return at;
}

/** Veltkamp's constant 2^27 + 1 cuts a double into halves whose products are exact. */
const SPLITTER = 134_217_729;
const POWER_HEADS = POWERS_OF_TEN.map(headOf);
const DIGITS = 17;
const LOW_UNIT = 1e8;
/** Nearer than this to a border, in units of the 17th digit, nothing is decided here; the arithmetic is good to 1e-7. */
const DOUBT = 1e-5;

const asDouble = new Float64Array(1);
const asWords = new Int32Array(asDouble.buffer);

function headOf(value: number): number {
  const cut = SPLITTER * value;
  return cut - (cut - value);
}

/** Of a number from 1e-6 to 1e15; 0 when it is in doubt. */
function writeShortest(bytes: Uint8Array, at: number, size: number): number {
  asDouble[0] = size;
  const highWord = asWords[1]!;
  // Below a power of two the next double is nearer than above it: left to the language.
  if ((highWord & 0xfffff) === 0 && asWords[0] === 0) return 0;
  const order = orderOf(size);
  const decimals = DIGITS - 1 - order;
  const power = POWERS_OF_TEN[decimals]!;
  const product = size * power;
  if (product >= 1e17 || product < 1e16) return 0;
  const sizeHead = headOf(size);
  const sizeTail = size - sizeHead;
  const powerHead = POWER_HEADS[decimals]!;
  const powerTail = power - powerHead;
  const error = sizeHead * powerHead - product + sizeHead * powerTail + sizeTail * powerHead + sizeTail * powerTail;

  // Seventeen digits as nine and eight: nine whole ones, eight with what is left behind the last.
  let high = Math.floor(product / LOW_UNIT);
  const low = product - high * LOW_UNIT + error;
  // Half a unit in the last place of the double, in units of the 17th digit.
  asWords[1] = (highWord & 0x7ff00000) - (53 << 20);
  asWords[0] = 0;
  const reach = asDouble[0]! * power;

  // Fifteen digits first, then sixteen, then all seventeen.
  let step = 100;
  let chosen = Math.round(low / step) * step;
  while (step > 1) {
    const distance = Math.abs(chosen - low);
    if (Math.abs(distance - reach) < DOUBT || Math.abs(distance - step / 2) < DOUBT) return 0;
    if (distance < reach) break;
    step /= 10;
    chosen = Math.round(low / step) * step;
  }
  if (step === 1 && Math.abs(Math.abs(chosen - low) - 0.5) < DOUBT) return 0;
  if (chosen >= LOW_UNIT) {
    chosen -= LOW_UNIT;
    high++;
  }
  if (chosen < 0 || high >= 1e9) return 0;
  return writeDigits(bytes, at, high, chosen, order);
}

/** The power of ten of the first digit. */
function orderOf(size: number): number {
  if (size >= 1) {
    let order = 0;
    while (size >= POWERS_OF_TEN[order + 1]!) order++;
    return order;
  }
  let order = -1;
  while (size * POWERS_OF_TEN[-order]! < 1) order--;
  return order;
}

const seventeen = new Uint8Array(DIGITS);

function writeDigits(bytes: Uint8Array, at: number, high: number, low: number, order: number): number {
  for (let place = 16, rest = low | 0; place >= 9; place--) {
    const next = (rest / 10) | 0;
    seventeen[place] = ZERO + rest - next * 10;
    rest = next;
  }
  for (let place = 8, rest = high | 0; place >= 0; place--) {
    const next = (rest / 10) | 0;
    seventeen[place] = ZERO + rest - next * 10;
    rest = next;
  }
  let last = DIGITS;
  while (last > 1 && seventeen[last - 1] === ZERO) last--;
  if (order < 0) {
    bytes[at++] = ZERO;
    bytes[at++] = DOT;
    for (let place = -1; place > order; place--) bytes[at++] = ZERO;
  }
  for (let place = 0; place < last; place++) {
    bytes[at++] = seventeen[place]!;
    if (place === order && place < last - 1) bytes[at++] = DOT;
  }
  // Digits before the point that are zero at the end still count.
  for (let place = last; place <= order; place++) bytes[at++] = ZERO;
  return at;
}
