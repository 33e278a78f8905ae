/**
 * One record of a CSV (RFC 4180) cut into fields, over raw bytes: where each begins and ends, and nothing copied.
 *
 * A quote opens a quoted field only as its first byte; inside one, line breaks are text and `""` is a quote.
 */
export const LF = 10;
export const CR = 13;
export const QUOTE = 34;

export const PLAIN = 0;
export const QUOTED = 1;
/** Quoted, and holding doubled quotes that stand for one. */
export const ESCAPED = 2;

export interface Fields {
  /** May exceed the capacity: the fields past it are counted, not kept. */
  count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
  /** Line ends inside the record, its own included. */
  lines: number;
  fault: string | null;
}

/** The record does not end within the bytes given. */
export const INCOMPLETE = -1;

export const makeFields = (capacity: number): Fields => ({
  count: 0,
  starts: new Int32Array(capacity),
  ends: new Int32Array(capacity),
  kinds: new Uint8Array(capacity),
  lines: 0,
  fault: null,
});

/**
 * Reads the record that begins at `at`; gives the offset after its line end, or INCOMPLETE when `bytes[0, limit)` ends first
 * and `isLast` is false.
 */
export function readFields(
  bytes: Uint8Array,
  at: number,
  limit: number,
  isLast: boolean,
  delimiter: number,
  fields: Fields,
): number {
  const { starts, ends, kinds } = fields;
  let count = 0;
  let start = at;
  let i = at;
  // No byte above this one means anything: with a comma, digits, signs and points pass at one comparison.
  const meaningMax = Math.max(delimiter, QUOTE);
  fields.fault = null;
  fields.lines = 1;
  while (i < limit) {
    const byte = bytes[i]!;
    if (byte > meaningMax) i++;
    else if (byte === delimiter) {
      starts[count] = start;
      ends[count] = i;
      kinds[count++] = PLAIN;
      start = ++i;
    } else if (byte === LF) {
      starts[count] = start;
      ends[count] = i > start && bytes[i - 1] === CR ? i - 1 : i;
      kinds[count++] = PLAIN;
      fields.count = count;
      return i + 1;
    } else if (byte === QUOTE && i === start) {
      let kind = QUOTED;
      let close = i + 1;
      for (; close < limit; close++) {
        const inner = bytes[close]!;
        if (inner === LF) fields.lines++;
        if (inner !== QUOTE) continue;
        if (bytes[close + 1] !== QUOTE || close + 1 >= limit) break;
        kind = ESCAPED;
        close++;
      }
      // A quote as the very last byte may yet turn out to be the first half of a doubled one.
      if (close >= limit - 1 && !isLast) return INCOMPLETE;
      if (close >= limit) fields.fault = 'a quote is opened and never closed';
      starts[count] = start + 1;
      ends[count] = close;
      kinds[count++] = kind;
      i = close + 1;
      if (bytes[i] === CR && bytes[i + 1] === LF && i + 1 < limit) i++;
      if (i >= limit) {
        if (!isLast) return INCOMPLETE;
        fields.count = count;
        fields.lines--;
        return limit;
      }
      const next = bytes[i]!;
      if (next === LF) {
        fields.count = count;
        return i + 1;
      }
      if (next === CR && i + 1 >= limit) {
        if (!isLast) return INCOMPLETE;
        fields.count = count;
        fields.lines--;
        return limit;
      }
      if (next !== delimiter) {
        fields.fault ??= 'there is text after a closing quote';
        while (i < limit && bytes[i] !== delimiter && bytes[i] !== LF) i++;
        if (i < limit && bytes[i] === LF) {
          fields.count = count;
          return i + 1;
        }
      }
      start = ++i;
    } else i++;
  }
  if (!isLast) return INCOMPLETE;
  starts[count] = start;
  ends[count] = limit > start && bytes[limit - 1] === CR ? limit - 1 : limit;
  kinds[count++] = PLAIN;
  fields.count = count;
  fields.lines = Math.max(0, fields.lines - 1);
  return limit;
}

/** A line with nothing on it. */
export const isBlank = ({ count, starts, ends, kinds }: Fields): boolean =>
  count === 1 && starts[0] === ends[0] && kinds[0] === PLAIN;

const decoder = new TextDecoder();

/** The text of a field, with doubled quotes made one. */
export function fieldText(bytes: Uint8Array, { starts, ends, kinds }: Fields, field: number): string {
  const text = decoder.decode(bytes.subarray(starts[field]!, ends[field]!));
  return kinds[field] === ESCAPED ? text.replaceAll('""', '"') : text;
}
