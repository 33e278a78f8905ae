/** What venues say about a session: bars, status, auction imbalances and statistics. */
import { layout } from '../layout.js';

export const OHLCV = layout(56, 'open:price high:price low:price close:price volume:u64');

export const STATUS = layout(
  40,
  `ts_recv:time action:u16 reason:u16 trading_event:u16 is_trading:char is_quoting:char is_short_sell_restricted:char -7`,
);

export const IMBALANCE = layout(
  112,
  `ts_recv:time ref_price:price auction_time:time cont_book_clr_price:price auct_interest_clr_price:price
   ssr_filling_price:price ind_match_price:price upper_collar:price lower_collar:price
   paired_qty:u32 total_imbalance_qty:u32 market_imbalance_qty:u32 unpaired_qty:u32
   auction_type:char side:char auction_status:u8 freeze_status:u8 num_extensions:u8 unpaired_side:char
   significant_imbalance:char -1`,
);

/** Versions 1 and 2: a quantity of 32 bits. */
export const STATISTICS_V1 = layout(
  64,
  `ts_recv:time ts_ref:time price:price quantity:i32 sequence:u32 ts_in_delta:i32
   stat_type:u16 channel_id:u16 update_action:u8 stat_flags:u8 -6`,
);

export const STATISTICS_V3 = layout(
  80,
  `ts_recv:time ts_ref:time price:price quantity:i64 sequence:u32 ts_in_delta:i32
   stat_type:u16 channel_id:u16 update_action:u8 stat_flags:u8 -18`,
);
