import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errors } from '#base/errors.js';
import { errorsDocument } from '../scripts/generate/errors-document.js';
import { sdkFiles } from '../scripts/generate/sdk.js';

it('docs/errors.md is what the catalogue says; else run `npm run generate`', () => {
  expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorsDocument());
});

it('docs/errors.md has a line for every error that can be born', () => {
  const rows = errorsDocument().match(/^\| `\w+` \| [\w-]+ \| .+ \|$/gm) ?? [];
  expect(rows.length).toBeGreaterThanOrEqual(Object.keys(errors).length);
});

it('the SDK is what the API documents say; else run `npm run generate`', () => {
  for (const [path, content] of sdkFiles('docs/api')) {
    expect(existsSync(path), path).toBe(true);
    expect(readFileSync(path, 'utf8'), path).toBe(content);
  }
});

it.each(['gateway', 'umiki', 'sigma', 'stage1', 'forecastlab'])(
  'the document of %s points at nothing it does not hold',
  (name) => {
    const text = readFileSync(`docs/api/${name}.json`, 'utf8');
    const known = Object.keys((JSON.parse(text) as { components?: { schemas?: object } }).components?.schemas ?? {});
    const pointedAt = [...text.matchAll(/"\$ref": ?"#\/components\/schemas\/([^"]+)"/g)].map(([, target]) => target);
    expect(pointedAt.filter((target) => !known.includes(target!))).toEqual([]);
  },
);
