/** Compiles every AssemblyScript kernel into a TypeScript file that carries its bytes: an install needs no compiler, a reader sees what ran. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const KERNELS = 'src/engine/kernels';

/** What all kernels share: one imported memory that threads may share, and no runtime of their own. */
const FLAGS = [
  '-O3',
  '--runtime',
  'stub',
  '--noAssert',
  '--enable',
  'simd',
  '--enable',
  'threads',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory',
  '1',
  '--maximumMemory',
  '65536',
  '--use',
  'abort=',
];

/** Path to content, one file a kernel. */
export async function kernelFiles(): Promise<ReadonlyMap<string, string>> {
  const sources = readdirSync(join(KERNELS, 'assembly')).filter((path) => path.endsWith('.ts'));
  const files = new Map<string, string>();
  for (const source of sources.sort()) {
    const name = source.replace(/\.ts$/, '');
    files.set(
      join(KERNELS, `${name}.wasm.generated.ts`),
      carry(name, await compile(join(KERNELS, 'assembly', source))),
    );
  }
  return files;
}

async function compile(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main([path, ...FLAGS, '--outFile', 'kernel.wasm'], {
    readFile: (name: string, dir: string) => readIfThere(join(dir, name)),
    writeFile: (_name: string, content: string | Uint8Array) => {
      if (typeof content !== 'string') bytes = content;
    },
    listFiles: () => [],
  });
  if (error !== null || bytes === undefined)
    throw new Error(`Cannot compile ${path}: ${stderr.toString()}`, { cause: error });
  return bytes;
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const camel = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const carry = (name: string, bytes: Uint8Array) =>
  `/** Made by \`npm run generate\` from assembly/${name}.ts; ${bytes.length} bytes of WebAssembly in base64. */\n` +
  `export const ${camel(name)}Wasm =\n  '${Buffer.from(bytes).toString('base64')}';\n`;
