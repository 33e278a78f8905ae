/** A model file as lines, read from the top; every complaint names the line it is about. */
import { errors } from '#base/errors.js';

/** One `key=value` line. */
export interface Field {
  /** From 1. */
  readonly line: number;
  readonly key: string;
  readonly value: string;
}

/** A cursor over the lines of a text; both line ends are understood. */
export interface Lines {
  /** Number of the line that `peek` shows, from 1. */
  readonly line: () => number;
  /** The next line without taking it; undefined at the end of the text. */
  readonly peek: () => string | undefined;
  readonly take: () => string | undefined;
}

export function linesOf(text: string): Lines {
  const lines = text.split('\n');
  // A text that ends with a line end has no line after it.
  if (lines.at(-1) === '') lines.pop();
  let at = 0;
  const peek = () => (at < lines.length ? lines[at]!.replace(/\r$/, '') : undefined);
  return {
    line: () => Math.min(at, Math.max(0, lines.length - 1)) + 1,
    peek,
    take() {
      const line = peek();
      at++;
      return line;
    },
  };
}

/** Takes the `key=value` lines up to the next blank line or `Tree=`; a line without `=` is a key with an empty value. */
export function takeFields(lines: Lines): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (let next = lines.peek(); next !== undefined && next !== '' && !next.startsWith('Tree='); next = lines.peek()) {
    const line = lines.line();
    lines.take();
    const equals = next.indexOf('=');
    const key = equals < 0 ? next : next.slice(0, equals);
    if (fields.has(key)) throw errors.modelFileUnreadable(line, `${clip(key)} is there twice`);
    fields.set(key, { line, key, value: equals < 0 ? '' : next.slice(equals + 1) });
  }
  return fields;
}

/** A field that must be there; `line` is where the block begins that lacks it. */
export function need(fields: ReadonlyMap<string, Field>, key: string, line: number): Field {
  const field = fields.get(key);
  if (field === undefined) throw errors.modelFileUnreadable(line, `${key} is missing below this line`);
  return field;
}

/** The words of a field, which stand between blanks. */
export const wordsOf = ({ value }: Field): string[] => value.split(' ').filter((word) => word !== '');

/** The numbers of a field: exactly `count`, all finite. `special` gives words that are no numbers a meaning. */
export function numbersOf(field: Field, count: number, special?: ReadonlyMap<string, number>): number[] {
  const words = wordsOf(field);
  if (words.length !== count)
    throw errors.modelFileUnreadable(field.line, `${field.key} has ${words.length} values where ${count} are due`);
  return words.map((word) => special?.get(word) ?? numberOf(field, word));
}

/** The integers of a field: exactly `count`. */
export function integersOf(field: Field, count: number): number[] {
  const numbers = numbersOf(field, count);
  const odd = numbers.find((value) => !Number.isSafeInteger(value));
  if (odd !== undefined) throw errors.modelFileUnreadable(field.line, `${field.key} has ${odd}, which is no integer`);
  return numbers;
}

/** One integer within limits. */
export function integerOf(field: Field, least: number, most: number): number {
  const [value] = integersOf(field, 1);
  if (value! < least || value! > most)
    throw errors.modelFileUnreadable(field.line, `${field.key} is ${value}; it must lie between ${least} and ${most}`);
  return value!;
}

// Decimal digits only: Number() would also take hexadecimal, blanks and the empty text.
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function numberOf(field: Field, word: string): number {
  const value = NUMBER.test(word) ? Number(word) : NaN;
  if (!Number.isFinite(value))
    throw errors.modelFileUnreadable(field.line, `${field.key} has ${clip(word)}, which is no finite number`);
  // Minus zero would not survive JSON, and no decision tells the two zeros apart.
  return value === 0 ? 0 : value;
}

/** What a file says, cut to a length that fits a message. */
export const clip = (text: string): string =>
  text.length <= 40 ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, 40))}...`;
