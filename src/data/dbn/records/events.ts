/** Order events and book updates: mbo, trades, mbp-1 (also tbbo) and mbp-10. The same in all versions. */
import { layout } from '../layout.js';

// Mind the order: mbo has flags, channel, action, side; the others action, side, flags, depth.
export const MBO = layout(
  56,
  `order_id:u64 price:price size:u32 flags:u8 channel_id:u8 action:char side:char ts_recv:time ts_in_delta:i32 sequence:u32`,
);

const UPDATE = 'price:price size:u32 action:char side:char flags:u8 depth:u8 ts_recv:time ts_in_delta:i32 sequence:u32';

const level = (at: number) => {
  const n = String(at).padStart(2, '0');
  return `bid_px_${n}:price ask_px_${n}:price bid_sz_${n}:u32 ask_sz_${n}:u32 bid_ct_${n}:u32 ask_ct_${n}:u32`;
};

export const TRADES = layout(48, UPDATE);
export const MBP_1 = layout(80, `${UPDATE} ${level(0)}`);
export const MBP_10 = layout(368, `${UPDATE} ${Array.from({ length: 10 }, (_, at) => level(at)).join(' ')}`);
