/** Best bids and offers, of one venue at intervals and of all venues together. The same in all versions. */
import { layout } from '../layout.js';

export const BBO = layout(
  80,
  `price:price size:u32 -1 side:char flags:u8 -1 ts_recv:time -4 sequence:u32
   bid_px_00:price ask_px_00:price bid_sz_00:u32 ask_sz_00:u32 bid_ct_00:u32 ask_ct_00:u32`,
);

/** A consolidated level names the publisher of each side instead of a count of orders. */
const CONSOLIDATED = 'bid_px_00:price ask_px_00:price bid_sz_00:u32 ask_sz_00:u32 bid_pb_00:u16 -2 ask_pb_00:u16 -2';

/** Also tcbbo. */
export const CMBP_1 = layout(
  80,
  `price:price size:u32 action:char side:char flags:u8 -1 ts_recv:time ts_in_delta:i32 -4 ${CONSOLIDATED}`,
);

export const CBBO = layout(80, `price:price size:u32 -1 side:char flags:u8 -1 ts_recv:time -8 ${CONSOLIDATED}`);
