/** NumPy's array file, version 1.0: float32, rows by columns, in C order (numpy.lib.format). */
import { assert } from '#base/assert.js';

const MAGIC = '\x93NUMPY\x01\x00';
/** The header is padded so that the data begin on a multiple of this. */
const ALIGNMENT = 64;

export function encodeNpy(rows: number, columns: readonly Float64Array[]): Uint8Array {
  assert(
    columns.every((column) => column.length === rows),
    'columns of an array are of one length',
  );
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns.length}), }`;
  const unpadded = MAGIC.length + 2 + dictionary.length + 1;
  const header = `${dictionary}${' '.repeat((ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT)}\n`;
  const head = Buffer.alloc(MAGIC.length + 2);
  head.write(MAGIC, 'latin1');
  head.writeUInt16LE(header.length, MAGIC.length);
  const values = new Float32Array(rows * columns.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns.length; j++) values[i * columns.length + j] = columns[j]![i]!;
  return new Uint8Array(Buffer.concat([head, Buffer.from(header, 'latin1'), Buffer.from(values.buffer)]));
}
