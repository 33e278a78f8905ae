import { expect, it } from 'vitest';
import { makeScreen } from '../screen.js';
import type { Chapter, Journey } from './journey.js';
import { chapters, chaptersFor, tellChapters } from './run.js';

const names = (told: readonly Chapter[]) => told.map(({ name }) => name);

it('tells every chapter in order unless told otherwise', () => {
  expect(chaptersFor([])).toEqual(chapters);
});

it('tells a chapter with all that it stands on', () => {
  expect(names(chaptersFor(['prices']))).toEqual(['prices']);
  expect(names(chaptersFor(['research']))).toEqual(['prices', 'research']);
  expect(names(chaptersFor(['proof']))).toEqual(['prices', 'research', 'proof']);
});

it('needs only chapters that come before', () => {
  for (const [i, { needs }] of chapters.entries())
    for (const need of needs) expect(names(chapters.slice(0, i))).toContain(need);
});

it('stops at the chapter that does not hold, and says which are left', async () => {
  let said = '';
  const screen = makeScreen({ out: { write: (text) => (said += text) }, isJson: false, nowMs: () => 0 });
  const told: string[] = [];
  const chapter = (name: string, holds: boolean): Chapter => ({
    name,
    title: name,
    needs: [],
    async tell() {
      told.push(name);
      if (!holds) throw new Error('no');
    },
  });
  const journey = { screen } as unknown as Journey;
  expect(await tellChapters(journey, [chapter('a', true), chapter('b', false), chapter('c', true)])).toBe(false);
  expect(told).toEqual(['a', 'b']);
  expect(said).toContain('Not told, because they stand on it: c');
  expect(await tellChapters(journey, [chapter('a', true)])).toBe(true);
});
