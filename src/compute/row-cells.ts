/** Cells of a row that a client sent, read or refused: a row's own fault is told of the row and does not refuse the others. */

/** In capitals; null for what is no ticker. */
export function tickerIn(value: unknown): string | null {
  const text = typeof value === 'string' ? value.toUpperCase() : '';
  return /^[A-Z0-9.^:-]{1,12}$/.test(text) ? text : null;
}

/** NaN for what is no number, the empty text included. */
export function numberIn(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Epoch milliseconds; without a zone a time is UTC. */
export function timeIn(value: unknown): number | undefined {
  if (typeof value !== 'string' || !ISO.test(value)) return undefined;
  const text = value.replace(' ', 'T');
  const ms = Date.parse(text.includes('T') && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text);
  return Number.isFinite(ms) ? ms : undefined;
}
