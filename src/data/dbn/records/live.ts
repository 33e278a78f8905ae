/** What only live streams say: which symbol an instrument id stands for, errors, and words of the system. */
import { layout } from '../layout.js';

export const SYMBOL_MAPPING_V1 = layout(
  80,
  'stype_in_symbol:text22 stype_out_symbol:text22 -4 start_ts:time end_ts:time',
);

export const SYMBOL_MAPPING_V2 = layout(
  176,
  'stype_in:u8 stype_in_symbol:text71 stype_out:u8 stype_out_symbol:text71 start_ts:time end_ts:time',
);

export const ERROR_V1 = layout(80, 'err:text64');
export const ERROR_V2 = layout(320, 'err:text302 code:u8 is_last:u8');

export const SYSTEM_V1 = layout(80, 'msg:text64');
export const SYSTEM_V2 = layout(320, 'msg:text303 code:u8');
