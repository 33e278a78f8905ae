import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#base/json.js';

describe('canonicalJson', () => {
  it('sorts keys by UTF-16 code unit at every depth and spells numbers shortest', () => {
    expect(canonicalJson({ b: 1.0, a: [3, { d: null, c: 1e21 }], é: true })).toBe(
      '{"a":[3,{"c":1e+21,"d":null}],"b":1,"é":true}',
    );
  });

  it('is the same text for the same object however it was put together', () => {
    expect(canonicalJson({ x: 1, y: 2 })).toBe(canonicalJson({ y: 2, x: 1 }));
  });

  it('refuses what JSON cannot hold', () => {
    expect(() => canonicalJson(Number.NaN)).toThrow(TypeError);
  });
});
