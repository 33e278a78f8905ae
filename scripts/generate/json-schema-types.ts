/** JSON Schema (2020-12, as OpenAPI 3.1 uses it) written as a TypeScript type. */
export type JsonSchema = boolean | SchemaObject;

interface SchemaObject {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly nullable?: boolean;
}

type NameRef = (ref: string) => string;

export function typeOf(schema: JsonSchema, nameRef: NameRef): string {
  if (schema === true) return 'unknown';
  if (schema === false) return 'never';
  const type = plainType(schema, nameRef);
  return schema.nullable === true ? union([type, 'null']) : type;
}

function plainType(schema: SchemaObject, nameRef: NameRef): string {
  if (schema.$ref !== undefined) return nameRef(schema.$ref);
  if ('const' in schema) return literal(schema.const);
  if (schema.enum !== undefined) return union(schema.enum.map(literal));
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return union(alternatives.map((one) => typeOf(one, nameRef)));
  if (schema.allOf !== undefined) return schema.allOf.map((one) => grouped(typeOf(one, nameRef))).join(' & ');
  if (schema.not !== undefined && Object.keys(schema.not).length === 0) return 'never';
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? guessTypes(schema));
  return union(types.map((type) => namedType(type, schema, nameRef)));
}

const guessTypes = ({ properties, items }: SchemaObject) =>
  properties !== undefined ? ['object'] : items !== undefined ? ['array'] : ['unknown'];

function namedType(type: string, schema: SchemaObject, nameRef: NameRef): string {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'array':
      return arrayType(schema, nameRef);
    case 'object':
      return objectType(schema, nameRef);
    default:
      return 'unknown';
  }
}

function arrayType({ items, prefixItems }: SchemaObject, nameRef: NameRef): string {
  if (prefixItems !== undefined) return `[${prefixItems.map((one) => typeOf(one, nameRef)).join(', ')}]`;
  return `${grouped(typeOf(items ?? true, nameRef))}[]`;
}

function objectType({ properties = {}, required = [], additionalProperties }: SchemaObject, nameRef: NameRef): string {
  const members = Object.entries(properties).map(([name, schema]) => {
    const type = typeOf(schema, nameRef);
    const isRequired = required.includes(name);
    // `| undefined` lets a caller hand on what may be absent, under exactOptionalPropertyTypes too.
    return `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}${isRequired ? '' : '?'}: ${isRequired || type === 'unknown' ? type : union([type, 'undefined'])}`;
  });
  const rest = additionalProperties ?? members.length === 0;
  if (rest === false) return members.length === 0 ? 'Record<string, never>' : `{ ${members.join('; ')} }`;
  if (members.length === 0) return `Record<string, ${typeOf(rest, nameRef)}>`;
  // An index signature must admit every member, so members beside one make the rest unknown.
  return additionalProperties === undefined
    ? `{ ${members.join('; ')} }`
    : `{ ${members.join('; ')}; [key: string]: unknown }`;
}

/** `null | string` once each; unknown swallows the others. */
function union(types: readonly string[]): string {
  const distinct = [...new Set(types)].filter((type) => type !== 'never');
  if (distinct.length === 0) return 'never';
  return distinct.includes('unknown') ? 'unknown' : distinct.join(' | ');
}

const grouped = (type: string) => (/[|&]/.test(type) ? `(${type})` : type);

const literal = (value: unknown): string =>
  typeof value === 'object' && value !== null ? 'unknown' : JSON.stringify(value);
