/** What a setting's value may look like: a zod parser and the words that name what it expects. */
import { z } from 'zod';

/** A value as it stands in a source: text from the environment, text or a list from a file. */
export type RawValue = string | readonly string[];

export interface Kind<T> {
  readonly parser: z.ZodType<T, RawValue>;
  /** Completes the sentence "... is not": `a port from 0 to 65535, or off`. */
  readonly expects: string;
}

const kind = <T>(expects: string, parser: z.ZodType<T, RawValue>): Kind<T> => ({ expects, parser });

const word = z.string().trim().min(1);
const listOf = (value: RawValue): readonly string[] => (typeof value === 'string' ? splitList(value) : value);

/** A list in one line: a JSON array, or names between commas. */
function splitList(text: string): readonly string[] {
  if (text.trim().startsWith('[')) {
    try {
      const parsed = z.array(z.string()).safeParse(JSON.parse(text));
      // A list that is not one of strings is left whole, so that the member's parser refuses it by name.
      return parsed.success ? parsed.data : [text];
    } catch {
      return [text];
    }
  }
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const TRUE = ['1', 'true', 'yes', 'on'];
const FALSE = ['0', 'false', 'no', 'off'];

export const text = kind('text', word);

export const flag = kind(
  'one of 1, true, yes, on, 0, false, no, off',
  word
    .toLowerCase()
    .refine((value) => TRUE.includes(value) || FALSE.includes(value))
    .transform((value) => TRUE.includes(value)),
);

export const port = kind(
  'a port from 0 (any free one) to 65535, or off',
  word.toLowerCase().transform((value, context): number | 'off' => {
    if (value === 'off') return 'off';
    const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
    if (number <= 65535) return number;
    context.addIssue({ code: 'custom', message: 'not a port' });
    return z.NEVER;
  }),
);

export const whole = (min: number, max: number) =>
  kind(
    `a whole number from ${min} to ${max}`,
    word
      .regex(/^-?\d{1,15}$/)
      .transform(Number)
      .pipe(z.number().int().min(min).max(max)),
  );

export const number = (min: number, max: number) =>
  kind(
    `a number from ${min} to ${max}`,
    word
      .regex(/^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/)
      .transform(Number)
      .pipe(z.number().min(min).max(max)),
  );

export const choice = <const T extends readonly [string, ...string[]]>(...names: T) =>
  kind<T[number]>(`one of ${names.join(', ')}`, word.toLowerCase().pipe(z.enum(names)));

const isUrl = (value: string, protocols: readonly string[]) => {
  const url = URL.parse?.(value) ?? (URL.canParse(value) ? new URL(value) : null);
  return url !== null && protocols.includes(url.protocol) && (url.hostname !== '' || url.search.includes('host='));
};

const URL_EXAMPLE = {
  http: 'an address such as http://127.0.0.1:9000',
  tcp: 'an address such as tcp://127.0.0.1:9009',
};

export const url = (scheme: 'http' | 'tcp') =>
  kind(
    URL_EXAMPLE[scheme],
    word
      .refine((value) => isUrl(value, scheme === 'http' ? ['http:', 'https:'] : ['tcp:', 'tcps:']))
      .transform((value) => value.replace(/\/+$/, '')),
  );

/** `postgresql+driver://` is how some clients write it (forecastlab 21); the driver's name means nothing here. */
export const postgresUrl = kind(
  'an address such as postgresql://user:password@host:5432/database',
  word
    .transform((value) => value.replace(/^postgres(ql)?(\+\w+)?:\/\//, 'postgresql://'))
    .refine((value) => isUrl(value, ['postgresql:'])),
);

export const list = kind(
  'a list of words between commas, or a JSON array of strings',
  z
    .union([z.string(), z.array(z.string()).readonly()])
    .transform(listOf)
    .pipe(z.array(word).readonly()),
);

const isOrigin = (value: string) => URL.canParse(value) && new URL(value).origin === value;

export const origins = kind(
  'a list of origins such as http://localhost:3000 between commas, or *',
  z
    .union([z.string(), z.array(z.string()).readonly()])
    .transform((value): readonly string[] => listOf(value).map((origin) => origin.replace(/\/$/, '')))
    .pipe(
      z
        .array(z.string().refine((value) => value === '*' || isOrigin(value)))
        .min(1)
        .readonly(),
    )
    .transform((value): '*' | readonly string[] => (value.includes('*') ? '*' : value)),
);

const BYTES_PER_UNIT: Record<string, number> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** Sizes as nginx and DuckDB write them; every unit is a power of 1024. */
export const bytes = (min: number, max: number) =>
  kind(
    'a size such as 128M or 1GB',
    word
      .toUpperCase()
      .regex(/^\d{1,12} ?[KMG]?I?B?$/)
      .transform((value) => {
        const [, digits, unit] = /^(\d+) ?([KMG]?)/.exec(value) ?? [];
        return Number(digits) * BYTES_PER_UNIT[unit ?? '']!;
      })
      .pipe(z.number().int().min(min).max(max)),
  );

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const LEVEL_ALIASES: Record<string, string> = { warning: 'warn', critical: 'fatal', off: 'silent' };

/** Python's level names are taken too: forecastlab clients write LOG_LEVEL=WARNING. */
export const logLevel = kind<(typeof LEVELS)[number]>(
  `one of ${LEVELS.join(', ')}`,
  word
    .toLowerCase()
    .transform((value) => LEVEL_ALIASES[value] ?? value)
    .pipe(z.enum(LEVELS)),
);
