/**
 * Headers of a tar file as POSIX.1-1988 has them (ustar), with a pax header (POSIX.1-2001) where a path does not fit.
 *
 * One path and size have one spelling here: owner, mode and time are fixed. So the reader compares a header with the one we would
 * have written, byte for byte, and a flipped bit has nowhere to hide.
 */

export const BLOCK_BYTES = 512;
/** Two blocks of zeros end a tar file. */
export const END_BYTES = 2 * BLOCK_BYTES;

export interface TarEntry {
  /** With slashes, relative. */
  readonly path: string;
  readonly bytes: number;
}

/** How many zero bytes follow content of this length. */
export const paddingOf = (bytes: number): number => (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;

/** One block, or three where the path is long. `timeS` is the time of the whole file, in seconds. */
export function tarHeader({ path, bytes }: TarEntry, timeS: number): Buffer {
  const place = placeOf(path);
  if (place !== undefined) return block({ ...place, bytes, timeS, type: '0' });
  const pax = Buffer.from(paxRecord('path', path));
  return Buffer.concat([
    block({ name: 'long-path', prefix: '', bytes: pax.length, timeS, type: 'x' }),
    pax,
    Buffer.alloc(paddingOf(pax.length)),
    block({ name: 'long-path', prefix: '', bytes, timeS, type: '0' }),
  ]);
}

export interface ReadBlock {
  readonly path: string;
  readonly bytes: number;
  readonly timeS: number;
  /** `x`: a pax header, whose content is the path of the block that follows it. */
  readonly type: '0' | 'x';
}

/** What a header block says; undefined for whatever we would not write. */
export function readTarBlock(bytes: Buffer): ReadBlock | undefined {
  const prefix = text(bytes.subarray(345, 500));
  const name = text(bytes.subarray(0, 100));
  const type = String.fromCharCode(bytes[156]!);
  const size = readNumber(bytes.subarray(124, 136));
  const timeS = readNumber(bytes.subarray(136, 148));
  if ((type !== '0' && type !== 'x') || size === undefined || timeS === undefined) return undefined;
  return { path: prefix === '' ? name : `${prefix}/${name}`, bytes: size, timeS, type };
}

/** The path that the content of a pax header names. */
export function readPaxPath(content: Buffer): string | undefined {
  const path = /^\d+ path=([^\n]*)\n$/.exec(content.toString('utf8'))?.[1];
  return path !== undefined && paxRecord('path', path) === content.toString('utf8') ? path : undefined;
}

interface BlockFacts {
  readonly name: string;
  readonly prefix: string;
  readonly bytes: number;
  readonly timeS: number;
  readonly type: '0' | 'x';
}

function block({ name, prefix, bytes, timeS, type }: BlockFacts): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, 0, 'utf8');
  header.write('0000600\0', 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  writeNumber(header.subarray(124, 136), bytes);
  writeNumber(header.subarray(136, 148), timeS);
  header.write('        ', 148, 'latin1');
  header.write(type, 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.write(prefix, 345, 'utf8');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** 100 bytes of name, or 155 before one of its slashes and 100 behind it. */
function placeOf(path: string): { name: string; prefix: string } | undefined {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: '' };
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(name) <= 100) return Buffer.byteLength(prefix) <= 155 ? { name, prefix } : undefined;
  }
  return undefined;
}

/** `LENGTH key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + 1;
  while (String(length).length + bytes !== length) length = String(length).length + bytes;
  return `${length}${rest}`;
}

const OCTAL_MAX = 8 ** 11;

/** Eleven octal digits, and beyond 8 GiB the base-256 of GNU, which every tar of today reads. */
function writeNumber(field: Buffer, value: number): void {
  if (value < OCTAL_MAX) {
    field.write(`${value.toString(8).padStart(11, '0')}\0`, 0, 'latin1');
    return;
  }
  field.fill(0);
  field[0] = 0x80;
  field.writeBigUInt64BE(BigInt(value), 4);
}

function readNumber(field: Buffer): number | undefined {
  if (field[0] === 0x80) return Number(field.readBigUInt64BE(4));
  const digits = /^([0-7]{11})\0$/.exec(field.toString('latin1'))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? field.length : end).toString('utf8');
}
