import { describe, expect, it } from 'vitest';
import { makeScreen, sayDuration, table } from './screen.js';

function screenOf({ isJson = false } = {}) {
  const said: string[] = [];
  let now = 0;
  const screen = makeScreen({ out: { write: (text) => said.push(text) }, isJson, nowMs: () => now });
  return { screen, said: () => said.join(''), pass: (ms: number) => (now += ms) };
}

describe('a step', () => {
  it('ends in a tick, its duration and what it says', async () => {
    const { screen, said, pass } = screenOf();
    const value = await screen.step('import AAPL', async () => {
      pass(1234);
      return { says: '1,260 rows', value: 7 };
    });
    expect(value).toBe(7);
    expect(said()).toMatch(/^✓ import AAPL +1\.2 s {2}1,260 rows\n$/);
  });

  it('ends in a cross with the reason, and throws it on', async () => {
    const { screen, said } = screenOf();
    const broken = screen.step('import AAPL', () => Promise.reject(new Error('the file is gone')));
    await expect(broken).rejects.toThrow('the file is gone');
    expect(said()).toMatch(/^✗ import AAPL .* the file is gone\n$/);
  });

  it('says how far it is now and then where no bar can be drawn, and not at every update', async () => {
    const { screen, said, pass } = screenOf();
    await screen.step('long', async (progress) => {
      for (let i = 1; i <= 4; i++) {
        pass(6_000);
        progress.update(i, 4, `${i} rows`);
      }
      return { says: 'done', value: undefined };
    });
    expect(said().split('\n').slice(0, 2)).toEqual(['  long: 50% 2 rows', '  long: 100% 4 rows']);
  });

  it('is one JSON line with --json, and nothing else is said', async () => {
    const { screen, said } = screenOf({ isJson: true });
    screen.heading('Chapter');
    screen.line('for people');
    await screen.step('import', async () => ({ says: 'fine', value: 1, facts: { rows: 3 } }));
    expect(JSON.parse(said())).toEqual({ step: 'import', ok: true, ms: 0, says: 'fine', rows: 3 });
  });
});

it('a result is its lines, or with --json its facts', () => {
  const plain = screenOf();
  plain.screen.result({ ok: true }, ['one', 'two']);
  expect(plain.said()).toBe('one\ntwo\n');
  const json = screenOf({ isJson: true });
  json.screen.result({ ok: true }, ['one', 'two']);
  expect(json.said()).toBe('{"ok":true}\n');
});

it('a table stands under its headers, numbers to the right', () => {
  expect(
    table(
      ['name', 'n'],
      [
        ['a', '1'],
        ['long one', '-20.5'],
      ],
    ),
  ).toEqual(['name          n', '--------  -----', 'a             1', 'long one  -20.5']);
});

it.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1000, '1.0 s'],
  [61_240, '61.2 s'],
])('%d ms is said as %s', (ms, said) => {
  expect(sayDuration(ms)).toBe(said);
});
