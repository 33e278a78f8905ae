import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, it } from 'vitest';
import { readConfig } from './config.js';
import { everySetting } from './setting-sources.js';
import { envExample, settingsDocument } from './settings-documents.js';

it('.env.example is what the list of settings says; else run `npm run generate`', () => {
  expect(readFileSync('.env.example', 'utf8')).toBe(envExample());
});

it('docs/settings.md is what the list of settings says; else run `npm run generate`', () => {
  expect(readFileSync('docs/settings.md', 'utf8')).toBe(settingsDocument());
});

it('every setting stands in both', () => {
  for (const { name } of everySetting) {
    expect(envExample()).toContain(`# ${name}=`);
    expect(settingsDocument()).toContain(`| \`${name}\` |`);
  }
});

it('the example uncommented is the defaults', () => {
  const env = parseEnv(envExample().replace(/^# ([A-Z][A-Z0-9_]*=.*)$/gm, '$1'));
  const cwd = '/nowhere';
  expect(readConfig({ env, cwd })).toEqual(readConfig({ env: {}, cwd }));
});
