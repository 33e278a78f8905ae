/** The objective line of a model file, both ways: a name, then its parameters as `key:value` or a bare word. */
import { errors } from '#base/errors.js';
import { clip, type Field, wordsOf } from './text-lines.js';
import { OBJECTIVES, type Objective, type ObjectiveName } from './tree.js';

const isObjective = (name: string | undefined): name is ObjectiveName =>
  name !== 'custom' && OBJECTIVES.some((known) => known === name);

/** Reads an objective; `classes` is what the head of the file says, and the objective must agree. */
export function readObjective(field: Field, classes: number): Objective {
  const [name, ...settings] = wordsOf(field);
  if (!isObjective(name)) throw errors.modelFileUnsupported(field.line, `the objective ${clip(name ?? '')}`);
  let sigmoid: number | undefined;
  let isSquareRoot = false;
  for (const setting of settings) {
    const [key, value] = setting.split(':');
    const number = Number(value === undefined || value === '' ? NaN : value);
    if (setting === 'sqrt') isSquareRoot = true;
    else if (key === 'sigmoid' && number > 0 && number < Infinity) sigmoid = number;
    else if (key === 'num_class' && number === classes) continue;
    else if (!Number.isFinite(number) || key === 'sigmoid' || key === 'num_class')
      throw errors.modelFileUnreadable(field.line, `the objective has the parameter ${clip(setting)}`);
    // Other numbers (alpha and its like) belong to the training; prediction has no use for them.
  }
  const isMulticlass = name === 'multiclass' || name === 'multiclassova';
  if (isMulticlass !== classes > 1)
    throw errors.modelFileUnreadable(field.line, `the objective ${name} does not go with num_class=${classes}`);
  return { name, ...(sigmoid === undefined ? {} : { sigmoid }), ...(isSquareRoot ? { sqrt: true } : {}) };
}

/** The text after `objective=`; undefined for a custom objective, which has no line. */
export function objectiveText({ name, sigmoid, sqrt }: Objective, classes: number): string | undefined {
  switch (name) {
    case 'custom':
      return undefined;
    case 'binary':
      return `binary sigmoid:${sigmoid ?? 1}`;
    case 'multiclass':
      return `multiclass num_class:${classes}`;
    case 'multiclassova':
      return `multiclassova num_class:${classes} sigmoid:${sigmoid ?? 1}`;
    default:
      return sqrt === true ? `${name} sqrt` : name;
  }
}
