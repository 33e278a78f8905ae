/** What was sent, short enough to keep in the audit log and with its secrets blacked out. */
import type { Json } from '#base/json.js';

const SECRET = /pass(?:word|phrase|wd)?|secret|token|api_?-?key|authorization|credential|private_?key/i;
const PAYLOAD_CHARS_MAX = 4096;
const TEXT_CHARS_MAX = 200;
const ITEMS_MAX = 20;
const DEPTH_MAX = 6;

/**
 * What was sent, short enough to keep: secrets blacked out by name, long texts and lists cut with a word on how much is
 * missing, at most 4 KiB in all. Never walks more of a large body than it keeps.
 */
export function summarise(value: unknown): Json | null {
  let budget = PAYLOAD_CHARS_MAX;
  const take = (chars: number) => {
    budget -= chars;
    return budget >= 0;
  };
  const text = (value: string) =>
    value.length <= TEXT_CHARS_MAX
      ? storable(value)
      : `${storable(value.slice(0, TEXT_CHARS_MAX))}... (${value.length} characters)`;
  const walk = (value: unknown, depth: number): Json => {
    if (value === null || value === undefined) return take(4) ? null : '...';
    if (typeof value === 'boolean') return take(5) ? value : '...';
    if (typeof value === 'number') return take(12) ? (Number.isFinite(value) ? value : String(value)) : '...';
    if (typeof value === 'string') {
      const short = text(value);
      return take(short.length + 2) ? short : '...';
    }
    if (typeof value !== 'object' || depth >= DEPTH_MAX || !take(2)) return '...';
    if (value instanceof Date) return value.toISOString();
    if (Array.isArray(value)) {
      const items = value.slice(0, ITEMS_MAX).map((item) => walk(item, depth + 1));
      return value.length > ITEMS_MAX ? [...items, `... (${value.length} items)`] : items;
    }
    const short: Record<string, Json> = {};
    for (const key of Object.keys(value)) {
      const name = text(key);
      if (!take(name.length + 4)) {
        short['...'] = 'cut';
        break;
      }
      short[name] = SECRET.test(key) ? '[redacted]' : walk((value as Record<string, unknown>)[key], depth + 1);
    }
    return short;
  };
  return value === undefined ? null : walk(value, 0);
}

/** PostgreSQL takes no NUL, and a cut may have halved a surrogate pair: it becomes U+FFFD by way of UTF-8. */
const storable = (text: string) => Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', '');
