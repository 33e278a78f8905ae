/** Files that stages make: skipped when they are there already, put in their place, registered in the transaction that ends the step. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '#base/json.js';
import {
  type FileMeta,
  inputHashOf,
  type MetaInput,
  makeParent,
  publish,
  readMeta,
  sha256OfFile,
} from '#data/zones/file-meta.js';
import type { ZoneFileName } from '#data/zones/zone-path.js';
import type { Database } from '#store/database.js';
import type { MarketDesk } from './desk.js';
import { inputOf, registerFile, type ZoneFile } from './registry.service.js';
import type { Stage } from './vocabulary.js';

/** One file that a stage makes. */
export interface Product {
  readonly name: ZoneFileName;
  readonly path: string;
  readonly stage: Stage;
  readonly params: JsonObject;
  readonly inputs: readonly ZoneFile[];
}

export const metaInputs = (inputs: readonly ZoneFile[]): MetaInput[] =>
  inputs.map(({ filePath, sha256 }) => ({ path: filePath, sha256 }));

/** The account of the file when it was made of the same by the same and is unharmed; then there is nothing to do. */
export async function findCurrent(
  desk: Pick<MarketDesk, 'root' | 'codeVersion'>,
  product: Product,
): Promise<FileMeta | undefined> {
  const meta = await readMeta(desk.root, product.path);
  if (meta === undefined || meta.inputHash !== hashOf(desk, product)) return undefined;
  const sha256 = await sha256OfFile(join(desk.root, product.path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return sha256 === meta.outputSha256 ? meta : undefined;
}

const hashOf = ({ codeVersion }: Pick<MarketDesk, 'codeVersion'>, { stage, params, inputs }: Product) =>
  inputHashOf({ stage, codeVersion, params, inputs: metaInputs(inputs) });

export interface Made {
  /** Where the finished bytes stand for now. */
  readonly temporary: string;
  readonly sha256: string;
  readonly rows: number;
  readonly facts?: JsonObject;
}

/** Puts a made file in its place, with its account. */
export async function publishProduct(
  desk: Pick<MarketDesk, 'root' | 'codeVersion' | 'clock'>,
  product: Product,
  made: Made,
): Promise<FileMeta> {
  const meta: FileMeta = {
    kind: product.name.kind,
    inputs: metaInputs(product.inputs),
    params: product.params,
    codeVersion: desk.codeVersion,
    inputHash: hashOf(desk, product),
    outputSha256: made.sha256,
    nRecords: made.rows,
    createdAt: new Date(desk.clock.nowMs()).toISOString(),
    facts: made.facts ?? {},
  };
  await makeParent(desk.root, product.path);
  await publish(desk.root, made.temporary, product.path, meta);
  return meta;
}

export async function registerProduct(
  desk: Pick<MarketDesk, 'root' | 'codeVersion'>,
  tx: Database,
  product: Product,
  meta: FileMeta,
): Promise<ZoneFile> {
  const { size } = await stat(join(desk.root, product.path));
  const inputs = product.inputs.map(inputOf);
  return registerFile(desk, tx, { name: product.name, path: product.path, bytes: size, meta, inputs });
}
