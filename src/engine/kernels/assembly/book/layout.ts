/** Where the columns of a block stand from its beginning: the layout of engine/frame/dbn-block.ts, as constants. */

/** Rows of one block of rows; engine/kernels/book.ts says the same, and what kernel and twin tell would differ if it did not. */
export const ROWS: i32 = 2048;

/** Bytes of a column of eight, four, two and one byte values: an odd number of cache lines. */
const WIDE: usize = 16448;
const WORD: usize = 8256;
const HALF: usize = 4160;
const BYTE: usize = 2112;

export const TS_EVENT: usize = 0;
export const PRICE: usize = WIDE;
export const TS_RECV: usize = 2 * WIDE;
export const INSTRUMENT_ID: usize = 3 * WIDE;
export const SIZE: usize = INSTRUMENT_ID + WORD;
export const TS_IN_DELTA: usize = SIZE + WORD;
export const SEQUENCE: usize = TS_IN_DELTA + WORD;
export const PUBLISHER_ID: usize = SEQUENCE + WORD;
export const FLAGS: usize = PUBLISHER_ID + HALF;
export const ACTION: usize = FLAGS + BYTE;
export const SIDE: usize = ACTION + BYTE;
const EVENT_END: usize = SIDE + BYTE;

export const DEPTH: usize = EVENT_END;
export const BID_PX: usize = DEPTH + BYTE;
export const ASK_PX: usize = BID_PX + WIDE;
export const BID_SZ: usize = ASK_PX + WIDE;
export const ASK_SZ: usize = BID_SZ + WORD;
export const BID_CT: usize = ASK_SZ + WORD;
export const ASK_CT: usize = BID_CT + WORD;
/** From one level's columns to the next one's. */
export const LEVEL: usize = 2 * WIDE + 4 * WORD;
/** One byte a row: the book may be wrong. It follows the ten levels. */
export const SUSPECT: usize = BID_PX + 10 * LEVEL;
const ROWS_END: usize = SUSPECT + BYTE;

/** The same of a block of records, which has room for 8192: wherever one stands in this memory, it is read there. */
const IN_WIDE: usize = 65600;
const IN_WORD: usize = 32832;
const IN_HALF: usize = 16448;
const IN_BYTE: usize = 8256;

export const IN_TS_EVENT: usize = 0;
export const IN_PRICE: usize = IN_WIDE;
export const IN_TS_RECV: usize = 2 * IN_WIDE;
export const IN_INSTRUMENT_ID: usize = 3 * IN_WIDE;
export const IN_SIZE: usize = IN_INSTRUMENT_ID + IN_WORD;
export const IN_TS_IN_DELTA: usize = IN_SIZE + IN_WORD;
export const IN_SEQUENCE: usize = IN_TS_IN_DELTA + IN_WORD;
export const IN_PUBLISHER_ID: usize = IN_SEQUENCE + IN_WORD;
export const IN_FLAGS: usize = IN_PUBLISHER_ID + IN_HALF;
export const IN_ACTION: usize = IN_FLAGS + IN_BYTE;
export const IN_SIDE: usize = IN_ACTION + IN_BYTE;
export const IN_ORDER_ID: usize = IN_SIDE + IN_BYTE;

/** The two blocks of rows that are filled in turn, the rows that wait for their columns, and all that grows, blocks of records too. */
export const OUTPUT: usize = 65_536;
export const OUTPUT_BYTES: usize = ROWS_END;
export const STAGE: usize = OUTPUT + 2 * ROWS_END;
export const HEAP: usize = STAGE + 8192;
