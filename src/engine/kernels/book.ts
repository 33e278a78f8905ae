/** Order books in WebAssembly: what the module exports, and where its memory holds records and rows. The twin is engine/book/plain-books.ts. */
import { mboBlockBytes, mbpBlockBytes } from '../frame/dbn-block.js';
import { bookWasm } from './book.wasm.generated.js';
import { KERNEL_BASE_BYTES, type KernelModule } from './kernel.js';

/** Addresses and lengths are in bytes from the start of the memory; a book is named by its address, 0 is none. */
export interface BookExports {
  setStart(isEmptyAllowed: number): void;
  /** Rows of the block of records that begins at `input`. */
  run(input: number, from: number, to: number, mode: number): number;
  rowsFilled(): number;
  turnRows(): void;
  settleRows(): void;
  findBook(publisherId: number, instrumentId: number): number;
  nextBook(book: number): number;
  borrow(bytes: number): number;
  release(piece: number, bytes: number): void;
  describe(book: number, out: number): void;
  levels(book: number, side: number, most: number, out: number): number;
  levelAt(book: number, side: number, price: bigint, out: number): number;
  order(book: number, id: bigint, out: number): number;
  orders(book: number, out: number): number;
  queue(book: number, id: bigint, out: number): number;
}

export const bookKernel: KernelModule<BookExports> = { name: 'book', base64: bookWasm };

/** Rows of each block of rows, and of a block of records: as in assembly/book/layout.ts. */
export const BOOK_ROWS = 2048;
export const BOOK_INPUT_ROWS = 8192;
/** A column of bytes behind the ten levels: an odd number of cache lines. */
const SUSPECT_BYTES = BOOK_ROWS + 64;

const ROWS_BYTES = mbpBlockBytes(BOOK_ROWS) + SUSPECT_BYTES;
const OUTPUT_AT = KERNEL_BASE_BYTES;

/** Where the two blocks of rows and their columns of suspicion stand, and what must be there before the first record. */
export const BOOK_MEMORY = {
  /** Of a block of records, which stands where `borrow` says. */
  inputBytes: mboBlockBytes(BOOK_INPUT_ROWS),
  rows: [OUTPUT_AT, OUTPUT_AT + ROWS_BYTES],
  suspect: [OUTPUT_AT + mbpBlockBytes(BOOK_ROWS), OUTPUT_AT + ROWS_BYTES + mbpBlockBytes(BOOK_ROWS)],
  bytes: OUTPUT_AT + 2 * ROWS_BYTES + 1_048_576,
  /** All that 32 bits can address: a page less, as a length is a number of 32 bits too. */
  bytesMax: 65_535 * 65_536,
} as const;
