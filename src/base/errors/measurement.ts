/** Failures of the measurement services. */
export const measurementErrors = {};
