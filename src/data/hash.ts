/** The names of things by their content: SHA-256, in lower-case hexadecimal. */
import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '#base/json.js';

/** Of the bytes, or of the UTF-8 of a text. */
export const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

/** Of the canonical spelling (RFC 8785): equal values have equal names whatever the order of their members. */
export const sha256OfJson = (value: Json): string => sha256(canonicalJson(value));

export const isSha256 = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
