import fc from 'fast-check';
import { expect, test } from 'vitest';
import { growTo, KERNEL_BASE_BYTES } from '#engine/kernels/kernel.js';
import { total, totalKernel } from '#engine/kernels/total.js';
import { kernelHost } from './kernel-host.js';

test('a kernel and its twin give the same bits for any column', () => {
  const memory = kernelHost.memory(2 * KERNEL_BASE_BYTES, 4 * KERNEL_BASE_BYTES);
  const kernel = kernelHost.instantiate(totalKernel, memory);
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 200 }), (values) => {
      const column = new Float64Array(memory.buffer, KERNEL_BASE_BYTES, values.length);
      column.set(values);
      expect(kernel.total(KERNEL_BASE_BYTES, values.length)).toBe(total(column));
    }),
  );
});

test('a memory grows to what is asked, and not beyond its limit', () => {
  const memory = kernelHost.memory(1, 3 * KERNEL_BASE_BYTES);
  growTo(memory, 2 * KERNEL_BASE_BYTES + 1);
  expect(memory.buffer.byteLength).toBe(3 * KERNEL_BASE_BYTES);
  expect(() => growTo(memory, 3 * KERNEL_BASE_BYTES + 1)).toThrow();
});
