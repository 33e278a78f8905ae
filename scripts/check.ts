/** `npm run check`: types, walls, form, unused code, generated files and the quick tests, two at a time, one line each. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** The slowest first, so that the two lanes end together. */
const steps: readonly Step[] = [
  { name: 'quick tests', command: ['vitest', 'run', 'src/base', 'src/engine', 'src/app', 'src/cli', '--reporter=dot'] },
  { name: 'types', command: ['tsc', '-b'] },
  { name: 'format and lint', command: ['biome', 'check', '.'] },
  { name: 'walls', command: ['tsx', 'scripts/rooms.ts'] },
  { name: 'unused code', command: ['knip', '--no-progress', '--tsConfig', 'tsconfig.knip.json'] },
  { name: 'generated files', command: ['tsx', '--conditions=source', 'scripts/generate.ts', '--check', '--offline'] },
];

const LANES = 2;
/** What `npm run check` promises; slower is told, and is no failure. */
const PROMISED_MS = 60_000;

async function run({ name, command: [program, ...args] }: Step): Promise<boolean> {
  const startedMs = performance.now();
  const child = spawn('npx', ['--no-install', program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => said.push(part));
  child.stderr.on('data', (part: Buffer) => said.push(part));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✓' : '✗'} ${name.padEnd(16)} ${seconds.padStart(6)} s`);
  if (code !== 0) process.stdout.write(Buffer.concat(said));
  return code === 0;
}

const startedMs = performance.now();
const waiting = [...steps];
const results: boolean[] = [];
const lane = async () => {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) results.push(await run(step));
};
await Promise.all(Array.from({ length: LANES }, lane));

const ms = performance.now() - startedMs;
const failed = results.filter((held) => !held).length;
const isSlow = ms > PROMISED_MS ? ', slower than the minute it promises' : '';
console.log(`${results.length - failed} held, ${failed} did not, ${(ms / 1000).toFixed(1)} s${isSlow}`);
process.exitCode = failed === 0 ? 0 : 1;
