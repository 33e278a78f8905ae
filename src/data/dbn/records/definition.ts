/** Instrument definitions, which changed with every version. Fields that version 3 dropped keep their place in the older layouts. */
import { layout } from '../layout.js';

const OPENING = `ts_recv:time min_price_increment:price display_factor:price expiration:time activation:time
  high_limit_price:price low_limit_price:price max_price_variation:price`;

export const DEFINITION_V1 = layout(
  360,
  `${OPENING} trading_reference_price:price unit_of_measure_qty:price min_price_increment_amount:price price_ratio:price
   inst_attrib_value:i32 underlying_id:u32 raw_instrument_id:u32 market_depth_implied:i32 market_depth:i32
   market_segment_id:u32 max_trade_vol:u32 min_lot_size:i32 min_lot_size_block:i32 min_lot_size_round_lot:i32
   min_trade_vol:u32 -4 contract_multiplier:i32 decay_quantity:i32 original_contract_size:i32 -4
   trading_reference_date:u16 appl_id:i16 maturity_year:u16 decay_start_date:u16 channel_id:u16
   currency:text4 settl_currency:text4 secsubtype:text6 raw_symbol:text22 group:text21 exchange:text5 asset:text7 cfi:text7
   security_type:text7 unit_of_measure:text31 underlying:text21 strike_price_currency:text4 instrument_class:char -2
   strike_price:price -6 match_algorithm:char md_security_trading_status:u8 main_fraction:u8 price_display_format:u8
   settl_price_type:u8 sub_fraction:u8 underlying_product:u8 security_update_action:char
   maturity_month:u8 maturity_day:u8 maturity_week:u8 user_defined_instrument:char contract_multiplier_unit:i8
   flow_schedule_type:i8 tick_rule:u8 -3`,
);

export const DEFINITION_V2 = layout(
  400,
  `${OPENING} trading_reference_price:price unit_of_measure_qty:price min_price_increment_amount:price price_ratio:price
   strike_price:price inst_attrib_value:i32 underlying_id:u32 raw_instrument_id:u32 market_depth_implied:i32 market_depth:i32
   market_segment_id:u32 max_trade_vol:u32 min_lot_size:i32 min_lot_size_block:i32 min_lot_size_round_lot:i32
   min_trade_vol:u32 contract_multiplier:i32 decay_quantity:i32 original_contract_size:i32
   trading_reference_date:u16 appl_id:i16 maturity_year:u16 decay_start_date:u16 channel_id:u16
   currency:text4 settl_currency:text4 secsubtype:text6 raw_symbol:text71 group:text21 exchange:text5 asset:text7 cfi:text7
   security_type:text7 unit_of_measure:text31 underlying:text21 strike_price_currency:text4 instrument_class:char
   match_algorithm:char md_security_trading_status:u8 main_fraction:u8 price_display_format:u8 settl_price_type:u8
   sub_fraction:u8 underlying_product:u8 security_update_action:char maturity_month:u8 maturity_day:u8 maturity_week:u8
   user_defined_instrument:char contract_multiplier_unit:i8 flow_schedule_type:i8 tick_rule:u8 -10`,
);

export const DEFINITION_V3 = layout(
  520,
  `${OPENING} unit_of_measure_qty:price min_price_increment_amount:price price_ratio:price strike_price:price
   raw_instrument_id:u64 leg_price:price leg_delta:price inst_attrib_value:i32 underlying_id:u32 market_depth_implied:i32
   market_depth:i32 market_segment_id:u32 max_trade_vol:u32 min_lot_size:i32 min_lot_size_block:i32
   min_lot_size_round_lot:i32 min_trade_vol:u32 contract_multiplier:i32 decay_quantity:i32 original_contract_size:i32
   leg_instrument_id:u32 leg_ratio_price_numerator:i32 leg_ratio_price_denominator:i32 leg_ratio_qty_numerator:i32
   leg_ratio_qty_denominator:i32 leg_underlying_id:u32 appl_id:i16 maturity_year:u16 decay_start_date:u16 channel_id:u16
   leg_count:u16 leg_index:u16 currency:text4 settl_currency:text4 secsubtype:text6 raw_symbol:text71 group:text21
   exchange:text5 asset:text11 cfi:text7 security_type:text7 unit_of_measure:text31 underlying:text21
   strike_price_currency:text4 leg_raw_symbol:text71 instrument_class:char match_algorithm:char main_fraction:u8
   price_display_format:u8 sub_fraction:u8 underlying_product:u8 security_update_action:char maturity_month:u8
   maturity_day:u8 maturity_week:u8 user_defined_instrument:char contract_multiplier_unit:i8 flow_schedule_type:i8
   tick_rule:u8 leg_instrument_class:char leg_side:char -17`,
);
