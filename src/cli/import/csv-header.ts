/** Gives the columns of a CSV the names that Almanac reads, while the file streams by: only its first line changes. */
import { Transform } from 'node:stream';

/** What sources call the columns of price bars. */
const BAR_NAMES: Record<string, string> = {
  date: 'timestamp',
  datetime: 'timestamp',
  time: 'timestamp',
  timestamp: 'timestamp',
  timestamp_unix: 'timestamp_unix',
  o: 'open',
  h: 'high',
  l: 'low',
  c: 'close',
  v: 'volume',
  vol: 'volume',
  adjclose: 'adj_close',
  'adj close': 'adj_close',
};

/** `Adj Close` is adj_close, `Date` is timestamp; names that nobody knows are only lowered. */
export function barColumnName(name: string): string {
  const plain = name.trim().replace(/^"|"$/g, '').toLowerCase();
  return BAR_NAMES[plain] ?? plain.replace(/\s+/g, '_');
}

/** A header longer than this is no header. */
const HEADER_BYTES_MAX = 64 * 1024;

export function renameColumns(rename: (name: string) => string, delimiter: string): Transform {
  let head: Buffer | undefined = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head === undefined) return done(null, chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(10);
      if (end === -1 && head.length <= HEADER_BYTES_MAX) return done();
      const renamed = end === -1 ? head : renameHead(head, end, rename, delimiter);
      head = undefined;
      done(null, renamed);
    },
    flush(done) {
      done(
        null,
        head === undefined || head.length === 0 ? undefined : renameHead(head, head.length, rename, delimiter),
      );
    },
  });
}

function renameHead(head: Buffer, end: number, rename: (name: string) => string, delimiter: string): Buffer {
  const line = head
    .subarray(0, end)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r$/, '');
  const names = line.split(delimiter).map(rename);
  return Buffer.concat([Buffer.from(names.join(delimiter)), head.subarray(end)]);
}
