/** The header of a DBN file: what was asked for, and which symbol every instrument id stood for on which dates. */
import type { DbnVersion } from './record-type.js';
import type { Schema, SType } from './schema.js';

export interface MappingInterval {
  /** YYYYMMDD. */
  readonly startDate: number;
  /** YYYYMMDD, exclusive. */
  readonly endDate: number;
  /** With stype_out instrument_id, the id in decimal. */
  readonly symbol: string;
}

export interface SymbolMapping {
  /** What was asked for. */
  readonly rawSymbol: string;
  readonly intervals: readonly MappingInterval[];
}

export interface DbnMetadata {
  readonly version: DbnVersion;
  readonly dataset: string;
  /** Null: records of several schemas. */
  readonly schema: Schema | null;
  /** Nanoseconds, inclusive. */
  readonly start: bigint;
  /** Nanoseconds, exclusive; null is open. */
  readonly end: bigint | null;
  readonly limit: bigint | null;
  readonly stypeIn: SType | null;
  readonly stypeOut: SType;
  /** Every record has eight bytes more at its end: when the gateway sent it. */
  readonly tsOut: boolean;
  /** Bytes of a symbol with its NUL: 22 in version 1, 71 since. */
  readonly symbolBytes: number;
  readonly symbols: readonly string[];
  readonly partial: readonly string[];
  readonly notFound: readonly string[];
  readonly mappings: readonly SymbolMapping[];
  /** What a file said that has no meaning: version 1's count of records, reserved bytes and what follows the mappings. */
  readonly carried?: CarriedBytes;
}

export interface CarriedBytes {
  readonly recordCount?: bigint;
  readonly reserved: Uint8Array;
  readonly tail: Uint8Array;
}

export const SYMBOL_BYTES: Readonly<Record<DbnVersion, number>> = { 1: 22, 2: 71, 3: 71 };

export type MetadataFacts = Pick<DbnMetadata, 'dataset' | 'schema' | 'start'> & Partial<DbnMetadata>;

/** A header of version 3 for instruments asked for by their symbols, unless said otherwise. */
export function newMetadata(facts: MetadataFacts): DbnMetadata {
  const version = facts.version ?? 3;
  return {
    version,
    end: null,
    limit: null,
    stypeIn: 'raw_symbol',
    stypeOut: 'instrument_id',
    tsOut: false,
    symbolBytes: SYMBOL_BYTES[version],
    symbols: facts.mappings?.map(({ rawSymbol }) => rawSymbol) ?? [],
    partial: [],
    notFound: [],
    mappings: [],
    ...facts,
  };
}

/** The same header for a file of another version. */
export function toVersion({ carried: _, ...metadata }: DbnMetadata, version: DbnVersion): DbnMetadata {
  return { ...metadata, version, symbolBytes: SYMBOL_BYTES[version] };
}
