/** As whom PostgreSQL runs: as ourselves, or, because it refuses root, as the owner of its files or as nobody. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** "nobody" on almost every Linux and BSD: it owns nothing else. */
const NOBODY_UID = 65534;

/** Undefined for an ordinary user: the server then runs as itself. `cluster` may not exist yet. */
export function chooseRunAs(cluster: string): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  // A cluster made by an ordinary user stays that user's, so that root may look in without taking it away.
  return owner === undefined || owner.uid === 0 ? findNobody() : { uid: owner.uid, gid: owner.gid };
}

/** initdb wants a user with a name, and not every system has 65534: then its own nobody, or daemon. */
function findNobody(): RunAs {
  const users = readUsers();
  const found =
    users.find(({ uid }) => uid === NOBODY_UID) ??
    users.find(({ name }) => name === 'nobody') ??
    users.find(({ name }) => name === 'daemon');
  return found === undefined ? { uid: NOBODY_UID, gid: NOBODY_UID } : { uid: found.uid, gid: found.gid };
}

function readUsers(): { name: string; uid: number; gid: number }[] {
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  return lines
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name: name ?? '', uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0);
}

/** Whether `runAs` may read `path` and pass through every directory above it, by the mode bits. */
export function isReachableBy(path: string, runAs: RunAs): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !isAllowed(stat, runAs, 0o5)) return false;
  for (let at = dirname(path); ; at = dirname(at)) {
    if (!isAllowed(statSync(at), runAs, 0o1)) return false;
    if (at === dirname(at)) return true;
  }
}

function isAllowed(stat: { uid: number; gid: number; mode: number }, { uid, gid }: RunAs, bits: number): boolean {
  const shift = stat.uid === uid ? 6 : stat.gid === gid ? 3 : 0;
  return ((stat.mode >> shift) & bits) === bits;
}
