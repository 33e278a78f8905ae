/**
 * Faults under the names that FastAPI clients know (`missing`, `int_parsing`, `greater_than_equal`, ...): the common tongue
 * of the umiki and forecastlab dialects, which put them into bodies of their own.
 */
import type { FieldFault } from './surface.js';

export interface PydanticFault {
  readonly type: string;
  readonly msg: string;
}

export function pydanticFault(fault: FieldFault): PydanticFault {
  const { issue } = fault;
  if (fault.isMissing) return { type: 'missing', msg: 'Field required' };
  switch (issue.code) {
    case 'unrecognized_keys':
      return { type: 'extra_forbidden', msg: 'Extra inputs are not permitted' };
    case 'invalid_type':
      return wrongType(issue.expected, fault);
    case 'invalid_format':
      return wrongFormat(issue.format, fault);
    case 'invalid_value':
      return {
        type: issue.values.length === 1 ? 'literal_error' : 'enum',
        msg: `Input should be ${oneOf(issue.values)}`,
      };
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum), issue.inclusive !== false);
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum), issue.inclusive !== false);
    default:
      return { type: 'value_error', msg: `Value error, ${fault.message}` };
  }
}

function wrongType(expected: string, { location, input }: FieldFault): PydanticFault {
  // Queries and paths are text: there the text did not parse. In a body the type itself is wrong.
  const isText = location !== 'body' || typeof input === 'string';
  switch (expected) {
    case 'int':
      return isText ? INT_PARSING : { type: 'int_type', msg: 'Input should be a valid integer' };
    case 'number':
      return isText
        ? { type: 'float_parsing', msg: 'Input should be a valid number, unable to parse string as a number' }
        : { type: 'float_type', msg: 'Input should be a valid number' };
    case 'boolean':
      return { type: 'bool_parsing', msg: 'Input should be a valid boolean, unable to interpret input' };
    case 'string':
      return { type: 'string_type', msg: 'Input should be a valid string' };
    case 'array':
      return { type: 'list_type', msg: 'Input should be a valid list' };
    case 'object':
    case 'record':
      return { type: 'dict_type', msg: 'Input should be a valid dictionary' };
    default:
      return { type: 'value_error', msg: `Input should be a valid ${expected}` };
  }
}

const INT_PARSING = {
  type: 'int_parsing',
  msg: 'Input should be a valid integer, unable to parse string as an integer',
};

function wrongFormat(format: string, { message }: FieldFault): PydanticFault {
  if (format === 'date') return { type: 'date_parsing', msg: 'Input should be a valid date in the format YYYY-MM-DD' };
  if (format === 'regex') return { type: 'string_pattern_mismatch', msg: message };
  return { type: 'value_error', msg: `Value error, ${message}` };
}

function tooSmall(origin: string, minimum: number, isInclusive: boolean): PydanticFault {
  if (origin === 'string')
    return { type: 'string_too_short', msg: `String should have at least ${minimum} ${plural(minimum, 'character')}` };
  if (origin === 'array')
    return { type: 'too_short', msg: `List should have at least ${minimum} ${plural(minimum, 'item')}` };
  return isInclusive
    ? { type: 'greater_than_equal', msg: `Input should be greater than or equal to ${minimum}` }
    : { type: 'greater_than', msg: `Input should be greater than ${minimum}` };
}

function tooBig(origin: string, maximum: number, isInclusive: boolean): PydanticFault {
  if (origin === 'string')
    return { type: 'string_too_long', msg: `String should have at most ${maximum} ${plural(maximum, 'character')}` };
  if (origin === 'array')
    return { type: 'too_long', msg: `List should have at most ${maximum} ${plural(maximum, 'item')}` };
  return isInclusive
    ? { type: 'less_than_equal', msg: `Input should be less than or equal to ${maximum}` }
    : { type: 'less_than', msg: `Input should be less than ${maximum}` };
}

const plural = (count: number, noun: string) => (count === 1 ? noun : `${noun}s`);

/** `'a', 'b' or 'c'`. */
function oneOf(values: readonly unknown[]): string {
  const texts = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}
