/** Failures of the strategy services. */
export const strategyErrors = {};
