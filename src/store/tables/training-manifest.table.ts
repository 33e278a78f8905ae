/** The training manifest of one dataset, as its file holds it; unique by dataset. */
export interface TrainingManifestTable {
  dataset: string;
  sha256: string;
  /** When an export last wrote or confirmed it: the default of GET /api/export/manifest. */
  exported_at: Date;
}
