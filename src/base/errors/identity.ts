/** Failures of the identity services. */
export const identityErrors = {};
