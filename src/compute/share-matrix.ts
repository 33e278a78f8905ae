/** Puts a labelled matrix where all worker threads see it: the columns are copied once, then only pointed at. */
import type { LabelledMatrix } from '#engine/frame/matrix.js';

export function shareMatrix(matrix: LabelledMatrix): LabelledMatrix {
  const doubles = (column: Float64Array) => {
    const shared = new Float64Array(new SharedArrayBuffer(column.byteLength));
    shared.set(column);
    return shared;
  };
  const integers = (column: Int32Array) => {
    const shared = new Int32Array(new SharedArrayBuffer(column.byteLength));
    shared.set(column);
    return shared;
  };
  const bytes = (column: Int8Array) => {
    const shared = new Int8Array(new SharedArrayBuffer(column.byteLength));
    shared.set(column);
    return shared;
  };
  return {
    ...matrix,
    features: { ...matrix.features, columns: matrix.features.columns.map(doubles) },
    t0Ms: doubles(matrix.t0Ms),
    t1Ms: doubles(matrix.t1Ms),
    session: integers(matrix.session),
    hourEt: integers(matrix.hourEt),
    y: bytes(matrix.y),
    horizonReturn: doubles(matrix.horizonReturn),
    barReturn: doubles(matrix.barReturn),
    open: doubles(matrix.open),
    close: doubles(matrix.close),
    nextOpen: doubles(matrix.nextOpen),
    nextClose: doubles(matrix.nextClose),
    labelSide: bytes(matrix.labelSide),
    barIndex: integers(matrix.barIndex),
  };
}
