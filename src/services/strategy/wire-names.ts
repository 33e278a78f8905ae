/** The engine's words as the words of a stored document: camelCase to snake_case, what is not finite to null. */
import type { Json, JsonObject } from '#base/json.js';

/** `maxDrawdown` is `max_drawdown`; a number in a name stays where it is (`es95`). */
export const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Plain data in, plain data out, at every depth; typed arrays become lists, undefined members are left out. */
export function toDocument(value: unknown): Json {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, toDocument);
  if (Array.isArray(value)) return value.map(toDocument);
  if (typeof value !== 'object') return null;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      member === undefined ? [] : [[snakeCase(key), toDocument(member)]],
    ),
  );
}

export const toObject = (value: object): JsonObject => toDocument(value) as JsonObject;
