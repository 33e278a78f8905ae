/** run.json: who serves this data directory and where, for commands and clients that look for a running server. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const RunFile = z.object({
  pid: z.number().int().positive(),
  startedAt: z.string(),
  listeners: z.record(z.string(), z.string()),
});
export type RunFile = z.infer<typeof RunFile>;

const pathIn = (dataDir: string) => join(dataDir, 'run.json');

export async function writeRunFile(dataDir: string, run: RunFile): Promise<void> {
  const temporary = `${pathIn(dataDir)}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(run, null, 2)}\n`);
  await rename(temporary, pathIn(dataDir));
}

export const removeRunFile = (dataDir: string) => rm(pathIn(dataDir), { force: true });

/** The server that runs in this data directory; undefined when there is none, or only what a killed one left behind. */
export async function findRunningServer(dataDir: string): Promise<RunFile | undefined> {
  const text = await readFile(pathIn(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const run = RunFile.safeParse(parseJson(text));
  return run.success && isAlive(run.data.pid) ? run.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not a run file of ours: the same as none.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
