/** WebAssembly for the engine: compiles each kernel once a thread and instantiates it on the memory it is given. */
import type { KernelHost, KernelMemory, KernelModule } from '#engine/kernels/kernel.js';

const PAGE_BYTES = 65_536;
/** What the modules declare: a memory's own limit may be lower. */
const PAGES_MAX = 65_536;

const compiled = new Map<string, WebAssembly.Module>();

const pagesOf = (bytes: number) => Math.min(PAGES_MAX, Math.max(1, Math.ceil(bytes / PAGE_BYTES)));

export const kernelHost: KernelHost = {
  memory: (bytes, bytesMax) =>
    new WebAssembly.Memory({ initial: pagesOf(bytes), maximum: pagesOf(Math.max(bytes, bytesMax)), shared: true }),

  instantiate<Exports>(module: KernelModule<Exports>, memory: KernelMemory): Exports {
    const instance = new WebAssembly.Instance(compile(module), { env: { memory: memory as WebAssembly.Memory } });
    // The module was compiled from the source that the type describes; kernels' tests hold both together.
    return instance.exports as Exports;
  },
};

function compile({ name, base64 }: KernelModule<unknown>): WebAssembly.Module {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const module = new WebAssembly.Module(Buffer.from(base64, 'base64'));
  compiled.set(name, module);
  return module;
}
