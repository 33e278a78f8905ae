import { monitorEventLoopDelay } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './json-parse.js';
import { JsonScanner, quoteIntegers } from './json-scan.js';

function scan(bytes: Buffer, chunkBytes: number, keepsBigIntegers = false): JsonScanner {
  const scanner = new JsonScanner({ keepsBigIntegers });
  for (let at = 0; at < bytes.length; at += chunkBytes)
    if (!scanner.feed(bytes.subarray(at, at + chunkBytes))) return scanner;
  scanner.end();
  return scanner;
}

const MIB = 1024 * 1024;

describe('the JSON scanner', () => {
  it('finds the same whatever the chunks are', () => {
    const texts: [string, string | undefined][] = [
      [`${'['.repeat(64)}${']'.repeat(64)}`, undefined],
      [`${'['.repeat(65)}${']'.repeat(65)}`, 'too-deep'],
      ['{"a":"[[[[{{{{","b":[1e308,-1.5E-10,0]}', undefined],
      ['[1e309]', 'number-not-finite'],
      ['123456789012345678901234567890', 'integer-too-big'],
      ['-9007199254740993', 'integer-too-big'],
      ['[-9007199254740992, 0.1234567890123456789]', undefined],
      [`1${'0'.repeat(400)}`, 'number-not-finite'],
      ['"\\ud83d\\ude00"', undefined],
      ['"\\ud83d"', 'text-not-storable'],
      ['"\\ud83d\\n"', 'text-not-storable'],
      ['"\\ud83d\\ud83d"', 'text-not-storable'],
      ['"\\\\u0000"', undefined],
      ['"\\u0000"', 'text-not-storable'],
    ];
    for (const [text, flaw] of texts)
      for (const chunkBytes of [1, 2, 3, 7, 1000])
        expect([text.slice(0, 40), chunkBytes, scan(Buffer.from(text), chunkBytes).flaw]).toEqual([
          text.slice(0, 40),
          chunkBytes,
          flaw,
        ]);
  });

  it('lets every JSON value of ordinary numbers through', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.integer({ min: 1, max: 50 }), (value, chunkBytes) => {
        const text = JSON.stringify(value);
        // NUL and halves of surrogate pairs have cases of their own.
        fc.pre(!/\\u0000|\\ud[89a-f]/i.test(text));
        // Integers beyond 2^53 have theirs: a random double of that size prints as one.
        fc.pre(!/(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/.test(text));
        expect(scan(Buffer.from(text), chunkBytes).flaw).toBeUndefined();
      }),
    );
  });

  it('quotes big integers where they stand, digit for digit', () => {
    const bytes = Buffer.from('{"a":[9007199254740993,1,-123456789012345678901],"b":"9007199254740993"}');
    for (const chunkBytes of [1, 5, 100]) {
      const { bigIntegers } = scan(bytes, chunkBytes, true);
      expect(JSON.parse(quoteIntegers(bytes, bigIntegers).toString())).toEqual({
        a: ['9007199254740993', 1, '-123456789012345678901'],
        b: '9007199254740993',
      });
    }
  });
});

describe('parsing in slices', () => {
  const rowsOf = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ i, text: `é"${i}\\`, x: [i / 7, null, true] }));

  it.each<[string, unknown]>([
    ['many small members', rowsOf(40_000)],
    ['one long text with escapes and wide characters', { a: 1, data: 'x"\\\n\t😀é'.repeat(200_000), b: 2 }],
    ['a long text of nothing but escapes', `${'\\"'.repeat(600_000)}`],
    [
      'long containers in long containers',
      { a: { b: { c: rowsOf(20_000), d: rowsOf(20_000) }, e: 'y'.repeat(MIB) }, f: [] },
    ],
    ['many keys', Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`key "${i}"`, i]))],
    ['empty members between long ones', [[], {}, '', 'z'.repeat(MIB), [], {}, rowsOf(20_000), null]],
  ])('gives what JSON.parse gives: %s', async (_name, value) => {
    for (const indent of [0, 2]) {
      const bytes = Buffer.from(JSON.stringify(value, null, indent));
      expect(bytes.length).toBeGreaterThan(MIB / 2);
      const { longSpans } = scan(bytes, 65_536);
      expect(await parseJson(bytes, longSpans)).toEqual(value);
      expect(await parseJson(bytes)).toEqual(value);
    }
  });

  it('refuses what JSON.parse refuses, wherever it is broken', async () => {
    const fine = JSON.stringify({ a: rowsOf(20_000), b: 'x'.repeat(MIB), c: 1 });
    const at = (place: number, text: string, skip = 0) => fine.slice(0, place) + text + fine.slice(place + skip);
    const comma = fine.indexOf('},{');
    const broken = [
      fine.slice(0, -1),
      `${fine}]`,
      at(comma + 1, ',', 1).replace('},{', '} {'),
      at(comma + 1, ',,', 1),
      at(fine.lastIndexOf(',"c"'), '', 1),
      at(fine.lastIndexOf(':1'), '', 1),
      `${fine.slice(0, -1)},}`,
      at(1, ','),
    ];
    for (const text of broken) {
      expect(() => JSON.parse(text)).toThrow(SyntaxError);
      await expect(parseJson(Buffer.from(text), scan(Buffer.from(text), 65_536).longSpans)).rejects.toThrow(
        SyntaxError,
      );
    }
  });

  it('keeps a member named __proto__ a member', async () => {
    const text = `{"__proto__":{"a":1},"long":"${'x'.repeat(MIB)}"}`;
    const value = (await parseJson(Buffer.from(text))) as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'long']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('does not hold the loop, and 60 levels cost one pass, not 60', async () => {
    const inner = Array.from({ length: 1_500_000 }, (_, i) => i).join(',');
    const bytes = Buffer.from(
      `{"a":${'['.repeat(60)}${inner}${']'.repeat(60)},"data":"${'a,b\\n'.repeat(3_000_000)}"}`,
    );
    const { longSpans } = scan(bytes, 65_536);
    const lag = monitorEventLoopDelay({ resolution: 5 });
    lag.enable();
    const startMs = performance.now();
    await parseJson(bytes, longSpans);
    const tookMs = performance.now() - startMs;
    lag.disable();
    const wholeStartMs = performance.now();
    JSON.parse(bytes.toString());
    const wholeMs = performance.now() - wholeStartMs;
    expect(tookMs).toBeLessThan(20 * wholeMs + 1000);
    expect(lag.max / 1e6).toBeLessThan(500);
  }, 60_000);
});
