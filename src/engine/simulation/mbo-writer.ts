/** Writes a simulated market's records into blocks, with the times, sequence numbers and flags that an exchange's feed has. */
import { type MboBlock, placeMboBlock } from '../frame/dbn-block.js';
import { UNDEF_PRICE, type WideColumn, wideBase } from '../frame/wide-column.js';

export interface MboSource {
  readonly publisherId: number;
  readonly instrumentId: number;
  /** The moment that the clock counts from, nanoseconds since the epoch. */
  readonly startNs: bigint;
  readonly tickNanos: number;
}

export interface MboWriter {
  /** The next records happen then: nanoseconds from the start, never falling. */
  at(ns: number): void;
  /** Begins a message of the venue: other instruments' messages came between. */
  message(gap: number): void;
  write(action: number, side: number, orderId: number, tick: number | undefined, size: number): void;
  /** Flags of records from now on, until they are set again. */
  flags(flags: number): void;
  /** Ends the venue event: its last record gets F_LAST. */
  end(): void;
  readonly written: () => number;
  /** Takes the blocks that are full, and the last one when all is written. */
  take(isAll: boolean): MboBlock[];
}

const HIGH = 4_294_967_296;
const F_LAST = 128;
/** From the matching engine to the capture: some 165 microseconds, as at Nasdaq's feed. */
const WIRE_NS = 165_000;
const JITTER_NS = 1024;

export function createMboWriter(source: MboSource, blockRows: number): MboWriter {
  const start = wideBase(source.startNs);
  let block = placeMboBlock(blockRows);
  let full: MboBlock[] = [];
  let written = 0;
  let sequence = 0;
  let flags = 0;
  let eventNs = 0;
  let receivedNs = Number.NEGATIVE_INFINITY;
  let noise = 1;
  let last: { block: MboBlock; row: number } | undefined;

  function setTime({ words }: WideColumn, row: number, ns: number): void {
    const low = start.low + ns;
    const carry = Math.floor(low / HIGH);
    words[2 * row] = low - carry * HIGH;
    words[2 * row + 1] = start.high + carry;
  }

  function setNumber({ words }: WideColumn, row: number, value: number): void {
    const high = Math.floor(value / HIGH);
    words[2 * row] = value - high * HIGH;
    words[2 * row + 1] = high;
  }

  return {
    at(ns) {
      eventNs = ns;
      // A small generator of its own: delays are no part of the market.
      noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
      receivedNs = Math.max(receivedNs, ns + WIRE_NS + (noise >>> 22) * (JITTER_NS / 1024));
    },
    message(gap) {
      sequence += gap;
    },
    flags(value) {
      flags = value;
    },
    write(action, side, orderId, tick, size) {
      const row = block.rows++;
      block.publisherId[row] = source.publisherId;
      block.instrumentId[row] = source.instrumentId;
      setTime(block.tsEvent, row, eventNs);
      setTime(block.tsRecv, row, receivedNs);
      block.tsInDelta[row] = receivedNs - eventNs;
      block.sequence[row] = sequence;
      block.flags[row] = flags;
      block.action[row] = action;
      block.side[row] = side;
      block.size[row] = size;
      setNumber(block.orderId, row, orderId);
      if (tick === undefined) block.price.values[row] = UNDEF_PRICE;
      else setNumber(block.price, row, tick * source.tickNanos);
      last = { block, row };
      written++;
      if (block.rows < blockRows) return;
      full.push(block);
      block = placeMboBlock(blockRows);
    },
    end() {
      if (last !== undefined) last.block.flags[last.row]! |= F_LAST;
    },
    written: () => written,
    take(isAll) {
      const taken = isAll && block.rows > 0 ? [...full, block] : full;
      full = [];
      if (isAll) block = placeMboBlock(blockRows);
      return taken;
    },
  };
}
