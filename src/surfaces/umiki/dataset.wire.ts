/** Registered files on the wire (umiki.md 5). */
import { z } from 'zod';
import type { ZoneFile } from '#services/market/registry.service.js';
import {
  DEFAULT_DATASET,
  datasetField,
  dateField,
  flagText,
  iso,
  sliceFields,
  symbolField,
  symbolFilter,
} from './fields.js';

export const DatasetQuery = z.object({
  ...sliceFields,
  zone: z.string().optional(),
  symbol: symbolFilter,
  date: dateField.optional(),
  dataset: z.string().optional(),
  kind: z.string().optional(),
});

export const DatasetWire = z.object({
  id: z.string(),
  dataset: z.string(),
  symbol: z.string(),
  date: z.string(),
  zone: z.string(),
  kind: z.string(),
  n_records: z.number(),
  file_size: z.number(),
  created_at: z.string(),
  updated_at: z.string(),
});

export const DatasetDetailWire = DatasetWire.extend({
  file_path: z.string(),
  sha256: z.string(),
  lineage: z.array(z.object({ zone: z.string(), kind: z.string(), id: z.string(), sha256: z.string() })),
});

export const UploadQuery = z.object({
  dataset: datasetField.default(DEFAULT_DATASET),
  symbol: symbolField,
  date: dateField,
  force: flagText.default(false),
});

export const RescanWire = z.object({ added: z.number(), removed: z.number(), changed: z.number() });

export const toDatasetWire = (file: ZoneFile): z.infer<typeof DatasetWire> => ({
  id: file.id,
  dataset: file.dataset,
  symbol: file.symbol,
  date: file.date,
  zone: file.zone,
  kind: file.kind,
  n_records: file.nRecords,
  file_size: file.fileSize,
  created_at: iso(file.createdAtMs),
  updated_at: iso(file.updatedAtMs),
});

export const toDatasetDetailWire = (file: ZoneFile): z.infer<typeof DatasetDetailWire> => ({
  ...toDatasetWire(file),
  file_path: file.filePath,
  sha256: file.sha256,
  lineage: file.inputs.map(({ zone, kind, id, sha256 }) => ({ zone, kind, id, sha256 })),
});
