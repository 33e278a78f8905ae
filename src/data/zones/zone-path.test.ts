import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeSymbol, encodeSymbol, isDate, isSymbol, zoneFileId, zoneFileOf, zonePath } from './zone-path.js';

const symbol = fc.stringMatching(/^[A-Z0-9.+\-=^_]{1,24}$/).filter(isSymbol);
const dataset = 'XNAS.ITCH';
const date = '2026-02-02';

it('gives every symbol a name of its own that no file system misreads', () => {
  fc.assert(
    fc.property(symbol, (text) => {
      expect(encodeSymbol(text)).toMatch(/^[A-Z0-9.%-]+$/);
      expect(decodeSymbol(encodeSymbol(text))).toBe(text);
      const path = zonePath.canonical({ dataset, symbol: text, date });
      expect(zoneFileOf(path)).toEqual({ dataset, symbol: text, date, zone: 'canonical', kind: 'events' });
    }),
  );
});

it('knows its files and no others', () => {
  expect(zoneFileOf('raw/XNAS.ITCH/NVDA/2026-02-02.dbn.zst')?.kind).toBe('raw');
  expect(zoneFileOf('derived/XNAS.ITCH/NVDA/2026-02-02/bars_1m.parquet')?.kind).toBe('bars_1m');
  expect(zoneFileOf('training/XNAS.ITCH/NVDA/2026-02-02.parquet')?.kind).toBe('shard');
  for (const path of [
    'training/XNAS.ITCH/manifest.json',
    'raw/XNAS.ITCH/NVDA/2026-02-30.dbn',
    'raw/XNAS.ITCH/nvda/2026-02-02.dbn',
    'raw/XNAS.ITCH/../2026-02-02.dbn',
    'canonical/XNAS.ITCH/NVDA/2026-02-02/events.index',
    'canonical/XNAS.ITCH/NVDA/2026-02-02/.tmp-events.parquet-0a',
    'raw/XNAS.ITCH/NVDA/2026-02-02.dbn.meta.json',
  ])
    expect(zoneFileOf(path)).toBeUndefined();
});

it('refuses what would leave its place', () => {
  for (const text of ['.', '..', 'A/B', '../A', '', 'A'.repeat(25), 'a', 'A\0']) expect(isSymbol(text)).toBe(false);
  expect([isDate('2024-02-29'), isDate('2026-02-29'), isDate('2026-1-1')]).toEqual([true, false, false]);
  expect(() => zonePath.raw({ dataset: '../..', symbol: 'A', date }, false)).toThrow();
});

it('names a file by its place, for good', () => {
  expect(zoneFileId({ dataset, symbol: 'NVDA', date, zone: 'canonical', kind: 'events' })).toBe('d0af50efc3cc5948');
});
