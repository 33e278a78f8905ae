/**
 * Looks at the raw bytes of a JSON body before anybody parses it: how deep it nests, whether its numbers survive as
 * doubles, whether its text can be stored. Fed chunk by chunk as the body arrives, so that it never holds the loop.
 *
 * It judges only what JSON.parse would let through: syntax is left to the parser. Why before parsing: JSON.parse accepts a
 * million levels, but whoever walks or writes such a value again overflows the stack.
 */
export const JSON_DEPTH_MAX = 64;

/** Numbers longer than this are no numbers anybody measured. */
const NUMBER_BYTES_MAX = 1100;
const LONG_SPAN_BYTES = 256 * 1024;
const INTEGER_MAX = '9007199254740992';

export type JsonFlaw = 'too-deep' | 'number-not-finite' | 'integer-too-big' | 'text-not-storable';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export class JsonScanner {
  flaw: JsonFlaw | undefined;
  /** A key may be `__proto__` in disguise: ASCII letters or `_` written as \\u escapes. */
  hasDisguisedText = false;
  /** [start, end) byte offsets of integers beyond 2^53, in order. */
  readonly bigIntegers: [number, number][] = [];
  /** Where long texts and containers open and end: the parser need not look for their ends again, level by level. */
  readonly longSpans = new Map<number, number>();

  private readonly keepsBigIntegers: boolean;
  private offset = 0;
  private depth = 0;
  /** Offsets at which the containers around the present byte open. */
  private readonly openings: number[] = [];
  private inString = false;
  private stringStart = 0;
  /** 0: not in an escape; 1: after the backslash; 2..5: inside \\uXXXX. */
  private escape = 0;
  private escapeCode = 0;
  /** A high surrogate was written and its low half must follow at once. */
  private awaitsLow = false;
  private number = '';
  private numberStart = 0;

  constructor(options: { keepsBigIntegers: boolean }) {
    this.keepsBigIntegers = options.keepsBigIntegers;
  }

  /** Feeds the next bytes; false as soon as a flaw is known. */
  feed(bytes: Uint8Array): boolean {
    let i = 0;
    const end = bytes.length;
    while (i < end && this.flaw === undefined) {
      if (this.inString) i = this.scanString(bytes, i);
      else if (this.number !== '') i = this.scanNumber(bytes, i);
      else i = this.scanStructure(bytes, i);
    }
    this.offset += end;
    return this.flaw === undefined;
  }

  /** Call once after the last byte: a number at the very end is only known to be whole then. */
  end(): boolean {
    if (this.number !== '' && this.flaw === undefined) this.judgeNumber(this.offset);
    return this.flaw === undefined;
  }

  private scanStructure(bytes: Uint8Array, from: number): number {
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE) {
        this.inString = true;
        this.stringStart = this.offset + i;
        return i + 1;
      }
      if (byte === 0x7b || byte === 0x5b) {
        this.openings[this.depth] = this.offset + i;
        if (++this.depth > JSON_DEPTH_MAX) {
          this.flaw = 'too-deep';
          return i;
        }
      } else if (byte === 0x7d || byte === 0x5d) this.closeContainer(this.offset + i + 1);
      else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
        this.numberStart = this.offset + i;
        return this.scanNumber(bytes, i);
      }
    }
    return bytes.length;
  }

  private closeContainer(end: number): void {
    // A bracket too many is a syntax error, which JSON.parse will name.
    if (this.depth === 0) return;
    const start = this.openings[--this.depth]!;
    if (end - start > LONG_SPAN_BYTES) this.longSpans.set(start, end);
  }

  private scanNumber(bytes: Uint8Array, from: number): number {
    let i = from;
    while (i < bytes.length && isNumberByte(bytes[i]!)) i++;
    const length = this.number.length + i - from;
    if (length > NUMBER_BYTES_MAX) {
      this.flaw = 'number-not-finite';
      return i;
    }
    // Up to 15 characters nothing can be wrong unless there is an exponent; the text is only taken when it matters.
    if (i < bytes.length && length <= 15 && this.number === '' && !hasExponent(bytes, from, i)) return i;
    this.number += latin1(bytes, from, i);
    if (i < bytes.length) this.judgeNumber(this.offset + i);
    return i;
  }

  private judgeNumber(endOffset: number): void {
    const text = this.number;
    this.number = '';
    if (/^-?\d+$/.test(text)) {
      const digits = text.replace(/^-?0*/, '');
      if (digits.length < 16 || (digits.length === 16 && digits <= INTEGER_MAX)) return;
      if (this.keepsBigIntegers) this.bigIntegers.push([this.numberStart, endOffset]);
      else this.flaw = Number.isFinite(Number(text)) ? 'integer-too-big' : 'number-not-finite';
    } else if (Math.abs(Number(text)) === Number.POSITIVE_INFINITY) this.flaw = 'number-not-finite';
  }

  private scanString(bytes: Uint8Array, from: number): number {
    const end = bytes.length;
    for (let i = from; i < end; i++) {
      const byte = bytes[i]!;
      if (this.escape !== 0) {
        this.scanEscape(byte);
        if (this.flaw !== undefined) return i;
      } else if (byte === BACKSLASH) this.escape = 1;
      else if (this.awaitsLow) {
        this.flaw = 'text-not-storable';
        return i;
      } else if (byte === QUOTE) {
        this.inString = false;
        const stringEnd = this.offset + i + 1;
        if (stringEnd - this.stringStart > LONG_SPAN_BYTES) this.longSpans.set(this.stringStart, stringEnd);
        return i + 1;
      } else {
        // The plain run of a text: nothing to decide until a quote or a backslash.
        while (i + 1 < end && bytes[i + 1] !== QUOTE && bytes[i + 1] !== BACKSLASH) i++;
      }
    }
    return end;
  }

  private scanEscape(byte: number): void {
    if (this.escape === 1) {
      if (byte === 0x75) {
        this.escape = 2;
        this.escapeCode = 0;
      } else {
        this.escape = 0;
        if (this.awaitsLow) this.flaw = 'text-not-storable';
      }
      return;
    }
    const digit = hexDigit(byte);
    // Not a hexadecimal digit: a syntax error, which JSON.parse will name.
    this.escapeCode = this.escapeCode * 16 + Math.max(digit, 0);
    if (this.escape++ < 5) return;
    this.escape = 0;
    this.judgeEscape(this.escapeCode);
  }

  /** PostgreSQL stores neither NUL nor half a surrogate pair; refused here, so that they are no surprise there. */
  private judgeEscape(code: number): void {
    const isLow = code >= 0xdc00 && code <= 0xdfff;
    if (code === 0 || isLow !== this.awaitsLow) {
      this.flaw = 'text-not-storable';
      return;
    }
    this.awaitsLow = code >= 0xd800 && code <= 0xdbff;
    if (code < 0x80) this.hasDisguisedText = true;
  }
}

/** The same text with the integers at `spans` in quotes: every digit survives JSON.parse. */
export function quoteIntegers(bytes: Buffer, spans: readonly (readonly [number, number])[]): Buffer {
  const pieces: Buffer[] = [];
  const quote = Buffer.from('"');
  let done = 0;
  for (const [start, end] of spans) {
    pieces.push(bytes.subarray(done, start), quote, bytes.subarray(start, end), quote);
    done = end;
  }
  pieces.push(bytes.subarray(done));
  return Buffer.concat(pieces);
}

const isNumberByte = (byte: number) =>
  (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x65 || byte === 0x45;

function hasExponent(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === 0x65 || bytes[i] === 0x45) return true;
  return false;
}

const latin1 = (bytes: Uint8Array, from: number, to: number) =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
