import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compileWriter } from './answer-writer.js';

const schema = z.object({
  id: z.string(),
  count: z.int(),
  share: z.number().nullable(),
  isOn: z.boolean(),
  state: z.enum(['queued', 'running']),
  kind: z.literal('run'),
  note: z.string().optional(),
  tags: z.array(z.string()),
  either: z.union([z.number(), z.object({ entry: z.number() })]),
  bag: z.record(z.string(), z.json()),
  at: z.iso.datetime(),
  short: z.string().max(3),
});

const good = {
  id: 'a "b" \u2028 é',
  count: 3,
  share: null,
  isOn: true,
  state: 'queued',
  kind: 'run',
  tags: ['x', '\n', '\ud83d\ude00'],
  either: { entry: 0.5 },
  bag: { a: [1, { b: null }], 'k"': 'v' },
  at: '2026-01-01T00:00:00Z',
  short: 'abc',
};

describe('the answer writer', () => {
  const write = compileWriter(schema);

  it('writes what JSON.stringify writes of what zod lets through, unknown keys left out', () => {
    expect(JSON.parse(write({ ...good, secret: 1 })!)).toEqual(good);
    expect(write({ ...good, secret: 1 })).toBe(JSON.stringify(schema.parse({ ...good, secret: 1 })));
    expect(write({ ...good, note: undefined })).toBe(
      JSON.stringify(good, Object.keys(schema.shape).concat('entry', 'a', 'b', 'k"')),
    );
  });

  it.each([
    ['a missing member', { id: undefined }],
    ['a wrong type', { id: 1 }],
    ['a fraction for a count', { count: 1.5 }],
    ['NaN', { share: Number.NaN }],
    ['an unknown word', { state: 'lost' }],
    ['another literal', { kind: 'walk' }],
    ['a bad item', { tags: ['x', 1] }],
    ['no branch of a union', { either: 'x' }],
    ['a bad format', { at: 'yesterday' }],
    ['a refinement', { short: 'abcd' }],
    ['a list for an object', { bag: [] }],
  ])('refuses %s', (_name, over) => {
    expect(write({ ...good, ...over })).toBeUndefined();
  });

  it('lets a loose object keep its other members', () => {
    const loose = compileWriter(z.looseObject({ a: z.number() }));
    expect(loose({ b: [1, 'x'], a: 1, c: undefined })).toBe('{"a":1,"b":[1,"x"]}');
    expect(loose({ b: 1 })).toBeUndefined();
    expect(compileWriter(z.looseObject({}))({ 'k"': null })).toBe('{"k\\"":null}');
  });

  it('writes schemas that hold themselves', () => {
    const Tree = z.object({
      n: z.int(),
      get parents() {
        return z.array(Tree);
      },
    });
    const tree = {
      n: 1,
      parents: [
        { n: 2, parents: [] },
        { n: 3, parents: [{ n: 4, parents: [] }] },
      ],
    };
    expect(compileWriter(Tree)(tree)).toBe(JSON.stringify(tree));
    expect(compileWriter(Tree)({ n: 1, parents: [{ n: 'x', parents: [] }] })).toBeUndefined();
  });

  it('encodes what reads otherwise than it writes', () => {
    const epoch = z.codec(z.number(), z.date(), { decode: (ms) => new Date(ms), encode: (date) => date.getTime() });
    expect(compileWriter(z.object({ at: epoch }))({ at: new Date(5) })).toBe('{"at":5}');
  });

  it('agrees with JSON.stringify on any JSON value', () => {
    const any = z.object({
      text: z.string(),
      number: z.number(),
      list: z.array(z.number()),
      bag: z.record(z.string(), z.string()),
    });
    const writeAny = compileWriter(any);
    fc.assert(
      fc.property(
        fc.record({
          text: fc.string({ unit: 'binary' }),
          number: fc.double({ noNaN: true, noDefaultInfinity: true }),
          list: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
          bag: fc.dictionary(fc.string(), fc.string()),
        }),
        (value) => {
          expect(writeAny(value)).toBe(JSON.stringify(value));
        },
      ),
    );
  });
});
