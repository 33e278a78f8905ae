/**
 * Parses a JSON body without holding the loop: small ones at once, large ones in slices with a breath between them.
 *
 * JSON.parse does all the reading. A large container is cut at its own members into batches, a large text at places where
 * neither an escape nor a character is torn; each piece is a JSON document of its own. 128 MiB take about as long as one
 * JSON.parse of them, but no other request waits longer than a slice. The depth was bounded before (json-scan.ts).
 */
import { isUtf8 } from 'node:buffer';
import { setImmediate as breathe } from 'node:timers/promises';

const SLICE_BYTES = 512 * 1024;
/** Work between two breaths: short beside the 100 ms in which /healthz must answer. */
const SLICE_MS = 10;

/** Throws SyntaxError for what is not JSON in UTF-8. `longSpans`: ends of long texts and containers by their starts, from the scanner, in bytes. */
export async function parseJson(bytes: Buffer, longSpans: LongSpans = new Map()): Promise<unknown> {
  if (!isUtf8(bytes)) throw new SyntaxError('Not UTF-8');
  if (bytes.length <= SLICE_BYTES) return JSON.parse(bytes.toString('utf8'));
  const slices = new Slices(bytes, longSpans);
  const start = slices.skipBlanks(0);
  const end = await slices.endOfValue(start);
  if (slices.skipBlanks(end) !== bytes.length) throw new SyntaxError('Text after the JSON value');
  return slices.parse(start, end);
}

type LongSpans = ReadonlyMap<number, number>;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

class Slices {
  private readonly bytes: Buffer;
  private readonly longSpans: LongSpans;
  private sinceMs = performance.now();

  constructor(bytes: Buffer, longSpans: LongSpans) {
    this.bytes = bytes;
    this.longSpans = longSpans;
  }

  async parse(start: number, end: number): Promise<unknown> {
    if (end - start <= SLICE_BYTES) return this.parseWhole(start, end);
    const first = this.bytes[start];
    if (first === QUOTE) return this.parseText(start + 1, end - 1);
    if (first === 0x5b) return this.parseMembers(start, end, []);
    if (first === 0x7b) return this.parseMembers(start, end, {});
    return this.parseWhole(start, end);
  }

  /** The end of the value that starts here: for a container, one past its closing bracket. */
  async endOfValue(start: number): Promise<number> {
    const first = this.bytes[start];
    if (first === QUOTE) return this.endOfText(start);
    if (first !== 0x7b && first !== 0x5b) return this.endOfWord(start);
    const known = this.longSpans.get(start);
    if (known !== undefined) return known;
    let depth = 0;
    let breathAt = start + SLICE_BYTES;
    for (let i = start; i < this.bytes.length; i++) {
      const byte = this.bytes[i];
      if (byte === QUOTE) i = this.endOfText(i) - 1;
      else if (byte === 0x7b || byte === 0x5b) depth++;
      else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return i + 1;
      if (i >= breathAt) {
        breathAt = i + SLICE_BYTES;
        await this.pause();
      }
    }
    throw new SyntaxError('The JSON value does not end');
  }

  skipBlanks(from: number): number {
    let i = from;
    while (i < this.bytes.length && isBlank(this.bytes[i]!)) i++;
    return i;
  }

  private parseWhole(start: number, end: number): unknown {
    return JSON.parse(this.bytes.toString('utf8', start, end));
  }

  /** Small neighbours are parsed together, a large member goes its own way down. */
  private async parseMembers(start: number, end: number, into: unknown[] | Record<string, unknown>): Promise<unknown> {
    const isArray = Array.isArray(into);
    const close = end - 1;
    let batchStart = this.skipBlanks(start + 1);
    let at = batchStart;
    if (at === close) return into;
    const flush = (batchEnd: number) => {
      if (batchEnd <= batchStart) return;
      const text = this.bytes.toString('utf8', batchStart, batchEnd);
      if (isArray) for (const item of JSON.parse(`[${text}]`)) into.push(item);
      else takeMembers(into, JSON.parse(`{${text}}`));
    };
    let previousEnd = batchStart;
    for (;;) {
      const memberStart = at;
      const valueStart = isArray ? at : this.startOfMemberValue(at);
      const valueEnd = await this.endOfValue(valueStart);
      if (valueEnd - valueStart > SLICE_BYTES) {
        flush(previousEnd);
        const value = await this.parse(valueStart, valueEnd);
        if (isArray) into.push(value);
        else takeMembers(into, { [this.keyAt(memberStart)]: value });
        batchStart = -1;
      } else if (valueEnd - batchStart > SLICE_BYTES) {
        flush(valueEnd);
        batchStart = -1;
        await this.pause();
      }
      const next = this.skipBlanks(valueEnd);
      if (next === close) {
        if (batchStart !== -1) flush(valueEnd);
        return into;
      }
      if (this.bytes[next] !== COMMA) throw new SyntaxError('A comma is missing');
      at = this.skipBlanks(next + 1);
      if (at >= close) throw new SyntaxError('A comma too many');
      if (batchStart === -1) batchStart = at;
      previousEnd = valueEnd;
    }
  }

  private startOfMemberValue(at: number): number {
    if (this.bytes[at] !== QUOTE) throw new SyntaxError('A key is missing');
    const colon = this.skipBlanks(this.endOfText(at));
    if (this.bytes[colon] !== 0x3a) throw new SyntaxError('A colon is missing');
    return this.skipBlanks(colon + 1);
  }

  private keyAt(at: number): string {
    return JSON.parse(this.bytes.toString('utf8', at, this.endOfText(at)));
  }

  private async parseText(start: number, end: number): Promise<string> {
    let text = '';
    for (let at = start; at < end; ) {
      const cut = Math.min(this.safeCut(at, Math.min(at + SLICE_BYTES, end), end), end);
      text += JSON.parse(`"${this.bytes.toString('utf8', at, cut)}"`);
      at = cut;
      await this.pause();
    }
    return text;
  }

  /** Moves a cut back to where no UTF-8 character and no escape is torn. */
  private safeCut(start: number, wanted: number, end: number): number {
    if (wanted >= end) return end;
    let cut = wanted;
    while (cut > start && (this.bytes[cut]! & 0xc0) === 0x80) cut--;
    for (let i = Math.max(start, cut - 6); i < cut; i++) {
      if (this.bytes[i] !== BACKSLASH) continue;
      if (this.backslashesBefore(i, start) % 2 === 1) continue;
      const length = this.bytes[i + 1] === 0x75 ? 6 : 2;
      if (i + length > cut) return i > start ? i : i + length;
      i += length - 1;
    }
    return cut;
  }

  /** One past the closing quote of the text that opens here. */
  private endOfText(open: number): number {
    const known = this.longSpans.get(open);
    if (known !== undefined) return known;
    for (let at = open + 1; ; ) {
      const quote = this.nextQuote(at);
      if (quote === -1) throw new SyntaxError('The text does not end');
      if (this.backslashesBefore(quote, open + 1) % 2 === 0) return quote + 1;
      at = quote + 1;
    }
  }

  /** Most texts are short: a plain loop first, the native search only for what is long. */
  private nextQuote(from: number): number {
    const near = Math.min(from + 48, this.bytes.length);
    for (let i = from; i < near; i++) if (this.bytes[i] === QUOTE) return i;
    return this.bytes.indexOf(QUOTE, near);
  }

  private backslashesBefore(at: number, floor: number): number {
    let i = at;
    while (i > floor && this.bytes[i - 1] === BACKSLASH) i--;
    return at - i;
  }

  private endOfWord(start: number): number {
    let i = start;
    while (i < this.bytes.length && !isBlank(this.bytes[i]!) && !',]}'.includes(String.fromCharCode(this.bytes[i]!)))
      i++;
    if (i === start) throw new SyntaxError('A value is missing');
    return i;
  }

  private async pause(): Promise<void> {
    if (performance.now() - this.sinceMs < SLICE_MS) return;
    await breathe();
    this.sinceMs = performance.now();
  }
}

/** Plain assignment would follow `__proto__`; the definition makes it an ordinary member, as JSON.parse does. */
function takeMembers(into: Record<string, unknown>, members: Record<string, unknown>): void {
  for (const key of Object.keys(members))
    Object.defineProperty(into, key, { value: members[key], enumerable: true, writable: true, configurable: true });
}

const isBlank = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
