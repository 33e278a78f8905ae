/** What a killed process left behind: half-written files, which nobody can see by their names, and spooled uploads. */
import { opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MarketDesk } from './desk.js';

const PLACES = ['raw', 'canonical', 'derived', 'training', 'qc'];

/** At the start of the server, before any job runs. */
export async function sweepZones({ root, uploadDir }: Pick<MarketDesk, 'root' | 'uploadDir'>): Promise<void> {
  await rm(uploadDir, { recursive: true, force: true });
  for (const place of PLACES) await sweep(join(root, place));
}

async function sweep(dir: string): Promise<void> {
  const opened = await opendir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (opened === undefined) return;
  for await (const entry of opened) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) await sweep(path);
    else if (entry.name.startsWith('.tmp-')) await rm(path, { force: true });
  }
}
