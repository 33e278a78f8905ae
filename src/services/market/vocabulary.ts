/** The words of the pipeline: its stages in their order, and what is assumed when nobody says. */

export const STAGES = ['download', 'decode', 'derive', 'qc', 'export'] as const;
export type Stage = (typeof STAGES)[number];

export const DEFAULT_STAGES: readonly Stage[] = ['download', 'decode', 'derive', 'qc'];
export const DEFAULT_DATASET = 'XNAS.ITCH';

/** The stages asked for, each once, in the order in which they run. */
export const inOrder = (stages: readonly string[]): Stage[] => STAGES.filter((stage) => stages.includes(stage));

export const PIPELINE_JOB = 'pipeline';
