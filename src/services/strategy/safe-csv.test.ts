import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from './safe-csv.js';

describe('a line of safe CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@sum', "'@sum"],
    ['\tx', "'\tx"],
    ['\rx', `"'\rx"`],
    ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
    ['a,b', '"a,b"'],
    ['a"b', '"a""b"'],
    ['2024-01-02T21:00:00Z', '2024-01-02T21:00:00Z'],
  ])('says the text %j as %j', (text, said) => {
    expect(csvLine([text])).toBe(`${said}\n`);
  });

  it('leaves numbers what they are, negative ones too, and what is not known empty', () => {
    expect(csvLine([-0.5, 1e-7, Number.NaN, null, true])).toBe('-0.5,1e-7,,,true\n');
  });

  it('never starts a text cell as a formula', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const cell = csvLine([text]).slice(0, -1);
        const shown = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
        expect(shown).not.toMatch(/^[=+\-@\t\r]/);
        expect(shown.endsWith(text)).toBe(true);
      }),
      { seed: 12 },
    );
  });
});
