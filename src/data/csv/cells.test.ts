/** Single cells: numbers exact to the last bit, times in their units, kinds and types. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCsv } from './text.js';
import {
  readTime,
  TIME_FRACTION,
  TIME_MISSING,
  TIME_NEGATIVE,
  TIME_OTHER_UNIT,
  TIME_OUT_OF_RANGE,
  TIME_UNREADABLE,
  timeRuleOf,
} from './time-cell.js';
import {
  EMPTY,
  INTEGER,
  kindOf,
  NOT_FINITE,
  NUMBER,
  readInteger,
  readNumber,
  TEXT,
  TRUTH,
  typeOfKinds,
  UNSTORABLE,
} from './value-cell.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const numberOf = (text: string) => readNumber(bytes(text), 0, bytes(text).length);
const kind = (text: string) => kindOf(bytes(text), 0, bytes(text).length);
const RUNS = { numRuns: 20_000, seed: 20_261_120 };

describe('numbers in cells', () => {
  it('reads every double back from its shortest text, bit for bit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(numberOf(String(value)), Number(String(value))),
      ),
      RUNS,
    );
  });

  it('reads decimals of up to 19 digits and beyond as the language does', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 21 });
    fc.assert(
      fc.property(fc.constantFrom('', '-', '+'), digits, fc.option(digits), (sign, whole, fraction) => {
        const text = `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`;
        return Object.is(numberOf(text), Number(text));
      }),
      { ...RUNS, numRuns: 50_000 },
    );
  });

  it('reads decimals that lie at the middle between two doubles as the language does', () => {
    const near = fc.tuple(fc.bigInt({ min: 2n ** 53n, max: 2n ** 60n }), fc.integer({ min: 0, max: 19 }));
    fc.assert(
      fc.property(near, ([whole, scale]) => {
        // Odd multiples of half a unit in the last place, moved by one digit either way.
        const unit = 2n ** BigInt(whole.toString(2).length - 54);
        return [-1n, 0n, 1n].every((shift) => {
          const digits = String((whole / unit) * unit + shift).padStart(scale + 1, '0');
          const text = `${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`;
          return Object.is(numberOf(text), Number(text));
        });
      }),
      RUNS,
    );
  });

  it('reads 64-bit integers exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const out = new BigInt64Array(1);
        readInteger(bytes(String(value)), 0, String(value).length, out, new Uint32Array(out.buffer), 0);
        return out[0] === value && kind(String(value)) === INTEGER;
      }),
      RUNS,
    );
  });

  it('knows what a cell is', () => {
    const kinds: [string, number][] = [
      ['', EMPTY],
      ['  ', EMPTY],
      ['12', INTEGER],
      [' -12 ', INTEGER],
      ['+007', INTEGER],
      ['9223372036854775807', INTEGER],
      ['9223372036854775808', NUMBER],
      ['-9223372036854775808', INTEGER],
      ['1.5', NUMBER],
      ['.5', NUMBER],
      ['5.', NUMBER],
      ['1e5', NUMBER],
      ['1E-5', NUMBER],
      ['1e999', TEXT],
      ['NaN', NOT_FINITE],
      ['-inf', NOT_FINITE],
      ['Infinity', NOT_FINITE],
      ['true', TRUTH],
      ['False', TRUTH],
      ['1,5', TEXT],
      ['0x10', TEXT],
      ['1_000', TEXT],
      ['.', TEXT],
      ['-', TEXT],
      ['e5', TEXT],
      ['1e', TEXT],
      ['é', TEXT],
      ['a\0b', UNSTORABLE],
    ];
    for (const [text, expected] of kinds) expect(kind(text), JSON.stringify(text)).toBe(expected);
    expect(kindOf(Uint8Array.of(0xff, 0xfe), 0, 2)).toBe(UNSTORABLE);
  });

  it('gives a column the type that holds all its cells', () => {
    expect(typeOfKinds(INTEGER)).toBe('BIGINT');
    expect(typeOfKinds(INTEGER | NUMBER)).toBe('DOUBLE');
    expect(typeOfKinds(INTEGER | NOT_FINITE)).toBe('DOUBLE');
    expect(typeOfKinds(EMPTY)).toBe('DOUBLE');
    expect(typeOfKinds(TRUTH)).toBe('BOOLEAN');
    expect(typeOfKinds(TRUTH | INTEGER)).toBe('VARCHAR');
    expect(typeOfKinds(TEXT | NUMBER)).toBe('VARCHAR');
  });
});

describe('times in cells', () => {
  const ruleOf = (text: string) => timeRuleOf(bytes(text), 0, bytes(text).length);
  const alone = (text: string) => {
    const rule = ruleOf(text);
    return rule === undefined ? undefined : readTime(bytes(text), 0, bytes(text).length, rule);
  };
  const given = (text: string, unit: 's' | 'ms' | 'us' | 'ns') =>
    readTime(bytes(text), 0, bytes(text).length, { form: 'number', unit, isGiven: true });

  it('tells the unit by the size of the number', () => {
    const cases: [string, string, number][] = [
      ['0', 's', 0],
      ['1762732800', 's', 1_762_732_800_000_000],
      ['1762732800.123456789', 's', 1_762_732_800_123_456],
      ['1.7627328e9', 's', 1_762_732_800_000_000],
      ['100000000000', 'ms', 100_000_000_000_000],
      ['1762732800123', 'ms', 1_762_732_800_123_000],
      ['1762732800123.0', 'ms', 1_762_732_800_123_000],
      ['99999999999999', 'ms', Number.NaN],
      ['100000000000000', 'us', 100_000_000_000_000],
      ['1762732800123456', 'us', 1_762_732_800_123_456],
      ['100000000000000000', 'ns', 100_000_000_000_000],
      ['1762732800123456789', 'ns', 1_762_732_800_123_456],
    ];
    for (const [text, unit, us] of cases) {
      if (Number.isNaN(us)) expect(alone(text)).toBeUndefined();
      else {
        expect(ruleOf(text), text).toMatchObject({ unit });
        expect(alone(text), text).toBe(us);
      }
    }
  });

  it('reads ISO 8601, UTC where no offset is said', () => {
    for (const text of [
      '2025-11-10T01:30:00',
      '2025-11-10 01:30:00Z',
      '2025-11-10T02:30+01:00',
      '2025-11-09T20:00:00.000-05:30',
    ])
      expect(alone(text), text).toBe(Date.UTC(2025, 10, 10, 1, 30) * 1000);
    expect(alone('2025-11-10')).toBe(Date.UTC(2025, 10, 10) * 1000);
    expect(alone('2024-02-29T23:59:59.1234567Z')).toBe(Date.UTC(2024, 1, 29, 23, 59, 59) * 1000 + 123_456);
    for (const text of ['2025-02-29', '2025-13-01', '2025-11-10T24:00:00', '10.11.2025', '2025-11-10T01:30:00+25:00'])
      expect(alone(text), text).toBeUndefined();
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(8e12), noInvalidDate: true }),
        (date) => alone(date.toISOString()) === date.getTime() * 1000,
      ),
      RUNS,
    );
  });

  it('takes a given unit at its word', () => {
    expect(given('1000', 'ms')).toBe(1_000_000);
    expect(given('1000', 'us')).toBe(1000);
    expect(given('1999', 'ns')).toBe(1);
    expect(given('5', 'ns')).toBe(0);
    expect(given('1762732800000', 's')).toBe(TIME_OUT_OF_RANGE);
  });

  it('names every fault', () => {
    const seconds = { form: 'number', unit: 's', isGiven: false } as const;
    const fault = (text: string) => readTime(bytes(text), 0, bytes(text).length, seconds);
    expect(fault('')).toBe(TIME_MISSING);
    expect(fault('  ')).toBe(TIME_MISSING);
    expect(fault('abc')).toBe(TIME_UNREADABLE);
    expect(fault('-5')).toBe(TIME_NEGATIVE);
    expect(fault('-1762732800000')).toBe(TIME_NEGATIVE);
    expect(fault('1762732800000')).toBe(TIME_OTHER_UNIT);
    expect(fault('2025-01-01')).toBe(TIME_OTHER_UNIT);
    expect(fault('99999999999')).toBe(TIME_OUT_OF_RANGE);
    expect(given('1.5', 'ms')).toBe(TIME_FRACTION);
    expect(alone('1969-12-31T23:59:59')).toBe(TIME_NEGATIVE);
  });
});

describe('numbers out', () => {
  const textOfDouble = (value: number) =>
    Buffer.from(
      formatCsv({ rows: 1, columns: [{ type: 'DOUBLE', values: Float64Array.of(value), valid: null }] }),
    ).toString();

  it('writes doubles as the language does: shortest, and read back the same', () => {
    const decimals = fc
      .tuple(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), fc.integer({ min: 0, max: 9 }))
      .map(([n, d]) => n / 10 ** d);
    const any = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      decimals,
      fc.double({ min: 0, max: 1e-3, noNaN: true }),
      fc.integer(),
    );
    fc.assert(
      fc.property(any, (value) => {
        const text = textOfDouble(value).trimEnd();
        return text === (Object.is(value, -0) ? '-0' : String(value)) && Object.is(Number(text), value);
      }),
      { ...RUNS, numRuns: 50_000 },
    );
  });

  it('writes 64-bit integers exactly, truths, nulls and texts with quotes where needed', () => {
    const valid = Uint8Array.of(0b101);
    const text = formatCsv({
      rows: 3,
      columns: [
        {
          type: 'TIMESTAMP',
          values: BigInt64Array.of(1_762_732_800_123_456n, 0n, 9_223_372_036_854_775_807n),
          valid: null,
        },
        { type: 'BIGINT', values: BigInt64Array.of(-(2n ** 63n), 5n, 9_223_372_036_854_775_807n), valid },
        { type: 'BOOLEAN', values: Uint8Array.of(1, 1, 0), valid },
        { type: 'TEXT', values: ['a,b', null, 'say "é"\n'] },
        { type: 'DOUBLE', values: Float64Array.of(Number.NaN, Number.NEGATIVE_INFINITY, 1e21), valid: null },
      ],
    });
    expect(Buffer.from(text).toString()).toBe(
      '1762732800123456,-9223372036854775808,true,"a,b",\n0,,,,\n,9223372036854775807,false,"say ""é""\n",1e+21\n',
    );
  });

  it('writes long texts beside numbers, and keeps a row of one empty cell a row', () => {
    const long = 'ü'.repeat(10_000);
    const numbers = Float64Array.of(0.1 + 0.2, 1 / 3);
    const text = formatCsv({
      rows: 2,
      columns: [
        { type: 'TEXT', values: [long, long] },
        { type: 'DOUBLE', values: numbers, valid: null },
        { type: 'DOUBLE', values: numbers, valid: null },
      ],
    });
    expect(Buffer.from(text).toString()).toBe([...numbers].map((n) => `${long},${n},${n}\n`).join(''));
    expect(Buffer.from(formatCsv({ rows: 2, columns: [{ type: 'TEXT', values: [null, 'x'] }] })).toString()).toBe(
      '""\nx\n',
    );
  });
});
