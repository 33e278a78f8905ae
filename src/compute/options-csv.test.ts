import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RawOptionChain } from '#engine/options/chain-from-columns.js';
import { formatOptionsCsv, parseChainCsv, parseFlowCsv } from './options-csv.js';

const columns = (names: readonly string[], rows: number) =>
  fc.record(
    Object.fromEntries(
      names.map((name) => [
        name,
        fc
          .array(
            fc.oneof(
              fc.constant(Number.NaN),
              fc.double({ noDefaultInfinity: true, noNaN: true }).filter((value) => !Object.is(value, -0)),
            ),
            { minLength: rows, maxLength: rows },
          )
          .map((values) => Float64Array.from(values)),
      ]),
    ),
  );

const CHAIN = ['expiryDay', 'strike', 'isCall', 'bid', 'ask', 'mid', 'iv', 'delta', 'gamma', 'openInterest'];
const FLOW = ['minutes', 'expiryDay', 'strike', 'isCall', 'volume', 'vwap'];

it.each([
  ['chain', CHAIN, parseChainCsv],
  ['flow', FLOW, parseFlowCsv],
] as const)('a snapshot of a %s comes back bit for bit, what is not known included', (role, names, parse) => {
  fc.assert(
    fc.property(
      fc.nat(20).chain((rows) => columns(names, rows).map((values) => ({ rows, values }))),
      ({ rows, values }) => {
        const raw = {
          timestampUs: Float64Array.from({ length: rows }, (_, row) => 1_700_000_000_000_000 + row),
          ...values,
        };
        expect(parse(formatOptionsCsv(role, raw as never))).toEqual(raw);
      },
    ),
    { seed: 81 },
  );
});

it('what is no snapshot of options is refused', () => {
  expect(() => parseChainCsv('timestamp,open\n')).toThrow(/no snapshot of option data/);
  expect(() => parseFlowCsv(formatOptionsCsv('chain', emptyChain()))).toThrow(/no snapshot/);
});

function emptyChain(): RawOptionChain {
  const none = new Float64Array(0);
  return {
    ...{ timestampUs: none, expiryDay: none, strike: none, isCall: none, bid: none, ask: none, mid: none },
    ...{ iv: none, delta: none, gamma: none, openInterest: none },
  };
}
