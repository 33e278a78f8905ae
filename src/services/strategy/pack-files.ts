/** The packs that ship: YAML documents in one folder a pack (sigma 6.2), read once into the database. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { errors } from '#base/errors.js';
import type { Json, JsonObject } from '#base/json.js';
import { isObject } from './model-config.js';

export interface PackFiles {
  readonly packId: string;
  readonly pack: JsonObject;
  readonly indicatorSets: readonly JsonObject[];
  readonly modelConfigs: readonly JsonObject[];
  /** By model id. */
  readonly policies: ReadonlyMap<string, JsonObject>;
  readonly templates: readonly JsonObject[];
}

/** Every folder with a `pack.yaml`, by name. Throws packFileInvalid naming the file. */
export async function readPackFiles(packsDir: string): Promise<PackFiles[]> {
  const folders = (await readdir(packsDir, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const names = folders.map((folder) => folder.name).sort();
  return Promise.all(names.map((name) => readPack(join(packsDir, name))));
}

async function readPack(dir: string): Promise<PackFiles> {
  const pack = await readDocument(join(dir, 'pack.yaml'));
  const [indicatorSets, modelConfigs, templates, policies] = await Promise.all([
    readFolder(join(dir, 'indicator_sets')),
    readFolder(join(dir, 'model_configs')),
    readFolder(join(dir, 'model_templates')),
    readFolder(join(dir, 'policy_templates')),
  ]);
  return {
    packId: String(pack['id']),
    pack,
    indicatorSets: indicatorSets.map(({ document }) => document),
    modelConfigs: modelConfigs.map(({ document }) => document),
    templates: templates.map(({ document }) => document),
    policies: new Map(policies.map(({ name, document }) => [name, document])),
  };
}

async function readFolder(dir: string): Promise<{ name: string; document: JsonObject }[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    // A pack without policies, say, simply has no such folder.
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    files.map(async (name) => ({ name: basename(name, '.yaml'), document: await readDocument(join(dir, name)) })),
  );
}

async function readDocument(file: string): Promise<JsonObject> {
  const text = await readFile(file, 'utf8');
  try {
    const document = parseYaml(text);
    if (isObject(document)) return document;
  } catch (error) {
    throw errors.packFileInvalid(file, error instanceof Error ? error.message : String(error));
  }
  throw errors.packFileInvalid(file, 'it must hold one object');
}

/** YAML 1.2 core: `on` and `no` stay words, `09` is nine; no custom tags, and no bomb of aliases. */
export const parseYaml = (text: string): Json => parse(text, { schema: 'core', maxAliasCount: 20 }) as Json;
