import { expect, test } from 'vitest';
import { openTestDatabase } from '../../test/support/postgres.js';
import { describeSchema } from './schema.js';

const db = await openTestDatabase();

// When a migration changed it on purpose: npx vitest run src/store/schema --update
test('schema.json is the schema that the migrations make', async () => {
  const description = await describeSchema(db);
  await expect(`${JSON.stringify(description, null, 2)}\n`).toMatchFileSnapshot('schema.json');
});

test('the description tells defaults, collations, checks and partial indexes', async () => {
  const { artifact, job } = await describeSchema(db);
  expect(artifact?.columns['sha256']).toBe('text collate "C" not null');
  expect(job?.columns['attempts']).toBe('integer not null default 0');
  expect(job?.constraints.join('\n')).toContain("'queued'::text");
  expect(job?.indexes.join('\n')).toContain('UNIQUE INDEX job_dedupe_key');
});
