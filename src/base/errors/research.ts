/** Failures of the research services. */
export const researchErrors = {};
