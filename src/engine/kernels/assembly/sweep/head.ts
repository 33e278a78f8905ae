/** Where the columns of a sweep are told: one 32-bit address each, at these places of the head. */

// Places in the head, in the order of `HEAD` in ../../sweep-layout.ts.
export const GROSS = 0;
export const TRADED = 4;
export const SESSION = 8;
export const EARNED = 12;
export const FILLED = 16;
export const EXPIRED = 20;
export const END = 24;
export const RATES = 28;
export const FIGURES = 32;
export const NET = 36;
export const DAILY = 40;
export const LOSSES = 44;
export const KEPT = 48;
export const SIZES = 52;
export const UP = 56;
export const DOWN = 60;
export const GAP = 64;
export const DAY = 68;
export const ENTRY = 72;
export const WANTED = 76;
export const SEGMENT_START = 80;
export const SESSION_AT = 84;
export const CANDIDATES = 88;
export const IS_TRADABLE = 92;
export const IS_FIRST = 96;
export const IS_LAST = 100;
export const DIRECTION = 104;
export const EVENT_SIDE = 108;
export const CLOSED = 112;
export const STANCE = 116;
