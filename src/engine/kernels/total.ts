/** Sum of a column of numbers, the same bits by WebAssembly and by TypeScript; also the smallest example of a kernel and its twin. */
import type { KernelModule } from './kernel.js';
import { totalWasm } from './total.wasm.generated.js';

export interface TotalExports {
  /** `column` in bytes from the start of the memory. */
  total(column: number, rows: number): number;
}

export const totalKernel: KernelModule<TotalExports> = { name: 'total', base64: totalWasm };

/** Four running sums, added as (0 + 2) + (1 + 3), then the rest one by one: the order of the kernel's lanes. NaN gives NaN. */
export function total(column: Float64Array): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  const whole = column.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    first += column[i]!;
    second += column[i + 1]!;
    third += column[i + 2]!;
    fourth += column[i + 3]!;
  }
  let sum = first + third + (second + fourth);
  for (let i = whole; i < column.length; i++) sum += column[i]!;
  return sum;
}
