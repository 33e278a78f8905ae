import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '#app/config.js';
import { checks, type Finding, type Patient } from './checks.js';

function patient(env: Record<string, string> = {}, running?: Patient['running']): Patient {
  const cwd = mkdtempSync(join(tmpdir(), 'almanac-doctor-'));
  const free = { ALMANAC_PORT: '0', ALMANAC_UMIKI_PORT: '0', ALMANAC_SIGMA_PORT: '0' };
  const alsoFree = { ALMANAC_STAGE1_PORT: '0', ALMANAC_FORECASTLAB_PORT: '0' };
  return { config: readConfig({ env: { ...free, ...alsoFree, ...env }, cwd }), running };
}

const look = async (name: string, who: Patient): Promise<Finding> =>
  checks.find((check) => check.name === name)!.look(who);

it.each(checks.map(({ name }) => name))('finds %s well on a machine that is', async (name) => {
  const { state, remedy } = await look(name, patient());
  // How much room a machine has is its own affair.
  if (name === 'memory' || name === 'disk') expect(state).not.toBe('ill');
  else expect([state, remedy]).toEqual(['well', undefined]);
});

it('names a taken port and the setting that chose it', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const finding = await look('ports', patient({ ALMANAC_SIGMA_PORT: String(port) }));
  taken.close();
  expect(finding.state).toBe('ill');
  expect(finding.says).toBe(`taken: ${port} (ALMANAC_SIGMA_PORT)`);
  expect(finding.remedy).toBeDefined();
});

it('finds a database ill that does not answer, without telling its password', async () => {
  const finding = await look('database', patient({ DATABASE_URL: 'postgresql://u:hunter2@127.0.0.1:1/d' }));
  expect(finding.state).toBe('ill');
  expect(JSON.stringify(finding)).not.toContain('hunter2');
});

it('finds a QuestDB ill that does not answer', async () => {
  expect((await look('measurements', patient({ QUESTDB_URL: 'http://127.0.0.1:1' }))).state).toBe('ill');
});

it('finds a server ill that has a pid and no answer', async () => {
  const running = { pid: process.pid, startedAt: '2026-01-01T00:00:00Z', listeners: { gateway: 'http://127.0.0.1:1' } };
  const finding = await look('server', patient({}, running));
  expect(finding.state).toBe('ill');
  expect(finding.remedy).toContain(`kill ${process.pid}`);
});

it('asks for a data directory where one can be made', async () => {
  const finding = await look(
    'data directory',
    patient({ ALMANAC_DATA_DIR: join(process.cwd(), 'package.json', 'data') }),
  );
  expect(finding.state).toBe('ill');
});
