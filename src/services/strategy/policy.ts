/** A policy document (sigma 18): how it is checked, what its gaps mean, and what it says in sentences. */
import type { Json, JsonObject } from '#base/json.js';

export interface PolicyVerdict {
  readonly schemaOk: boolean;
  readonly schemaErrors: readonly string[];
  readonly checks: { readonly ok: boolean; readonly errors: readonly string[]; readonly warnings: readonly string[] };
  readonly executionEffective: JsonObject;
  readonly notes: readonly string[];
}

/** Sections as they are read: found at the root or under `policy:`, stray blocks moved where they belong. */
interface Sections {
  readonly risk: JsonObject;
  readonly execution: JsonObject;
  readonly alerting: JsonObject;
}

const BRACKET_DEFAULTS = {
  enabled: true,
  mode: 'atr',
  entry_mode: 'next_session_open',
  atr_period: 14,
  atr_mult_stop: 1.5,
  atr_mult_target: 3,
  time_stop_minutes: 120,
  min_rr: 1,
  regime_adjust: false,
} as const;

const SELECTION_DEFAULTS = {
  target_delta: 0.35,
  dte_target: null,
  min_oi: 0,
  min_vol: null,
  spread_width: 5,
  weekly_ok: true,
} as const;

const EXECUTION_DEFAULTS = {
  slippage_bps: 1,
  commission_bps: 0,
  size_by_conf: false,
  conf_cap: 1,
  momentum_gate: false,
  momentum_min: 0,
  momentum_column: 'momentum_score_total',
  long_only: false,
} as const;

const ALERTING_DEFAULTS = { cooldown_minutes: 5, max_trades_per_day: 10 } as const;

/** What a model starts with: never empty, so that it is valid from its first moment. */
export const defaultPolicy = (risk: JsonObject = {}): JsonObject => ({
  risk: { max_drawdown: 0.25, max_exposure: 1, ...risk },
  execution: {
    ...EXECUTION_DEFAULTS,
    brackets: { ...BRACKET_DEFAULTS },
    options: { selection: { ...SELECTION_DEFAULTS } },
  },
  alerting: { ...ALERTING_DEFAULTS },
});

/** Judges any JSON at all; never throws. */
export function judgePolicy(document: Json): PolicyVerdict {
  const schemaErrors: string[] = [];
  const errors: string[] = [];
  const warnings: string[] = [];
  const sections = readSections(document, schemaErrors, warnings);
  const { risk, execution, alerting } = sections;
  for (const [path, section, kinds] of [
    ['risk', risk, RISK_KEYS],
    ['execution', execution, EXECUTION_KEYS],
    ['execution.brackets', objectAt(execution, 'brackets'), BRACKET_KEYS],
    ['execution.options.selection', objectAt(objectAt(execution, 'options'), 'selection'), SELECTION_KEYS],
    ['alerting', alerting, ALERTING_KEYS],
  ] as const)
    checkKeys(path, section, kinds, schemaErrors, warnings);

  const executionEffective = fillExecution(execution);
  checkBrackets(objectAt(executionEffective, 'brackets'), errors, warnings);
  checkSelection(objectAt(objectAt(executionEffective, 'options'), 'selection'), errors, warnings);
  return {
    schemaOk: schemaErrors.length === 0,
    schemaErrors,
    checks: { ok: errors.length === 0, errors, warnings },
    executionEffective,
    notes: sayPolicy(executionEffective, risk, { ...ALERTING_DEFAULTS, ...alerting }),
  };
}

/** The keys of `risk.risk_budget`, if the policy has any. */
export const policyBudget = (policy: JsonObject): JsonObject =>
  objectAt(objectAt(rootOf(policy), 'risk'), 'risk_budget');

/** The policy with the sections at its root: the form we store and hash. */
export function normalisePolicy(document: JsonObject): JsonObject {
  const { risk, execution, alerting } = readSections(document, [], []);
  const known = new Set(['risk', 'execution', 'alerting', 'options', 'brackets']);
  const rest = Object.fromEntries(Object.entries(rootOf(document)).filter(([key]) => !known.has(key)));
  return { ...rest, risk, execution, alerting };
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectAt = (object: JsonObject, key: string): JsonObject => {
  const value = object[key];
  return isObject(value) ? value : {};
};

const rootOf = (document: Json): JsonObject => {
  if (!isObject(document)) return {};
  const nested = document['policy'];
  return isObject(nested) ? nested : document;
};

function readSections(document: Json, schemaErrors: string[], warnings: string[]): Sections {
  const root = rootOf(document);
  for (const name of ['risk', 'execution', 'alerting']) {
    if (root[name] === undefined) schemaErrors.push(`${name} section is missing`);
    else if (!isObject(root[name])) schemaErrors.push(`${name} must be an object`);
  }
  let execution = objectAt(root, 'execution');
  for (const stray of ['options', 'brackets'])
    if (isObject(root[stray])) {
      warnings.push(`${stray} stands at the top level; it is read as execution.${stray}`);
      execution = { ...execution, [stray]: { ...root[stray], ...objectAt(execution, stray) } };
    }
  return { risk: objectAt(root, 'risk'), execution, alerting: objectAt(root, 'alerting') };
}

interface KeyRule {
  readonly is: 'number' | 'integer' | 'boolean' | 'string' | 'object' | 'number or null';
  readonly min?: number;
  readonly max?: number;
  /** The bound itself is not allowed. */
  readonly above?: number;
}

const RISK_KEYS: Readonly<Record<string, KeyRule>> = {
  max_drawdown: { is: 'number', min: 0, max: 1 },
  max_exposure: { is: 'number', above: 0 },
  risk_profile: { is: 'string' },
  risk_budget: { is: 'object' },
};
const EXECUTION_KEYS: Readonly<Record<string, KeyRule>> = {
  slippage_bps: { is: 'number', min: 0 },
  commission_bps: { is: 'number', min: 0 },
  size_by_conf: { is: 'boolean' },
  conf_cap: { is: 'number', min: 0, max: 1 },
  momentum_gate: { is: 'boolean' },
  momentum_min: { is: 'number' },
  momentum_column: { is: 'string' },
  long_only: { is: 'boolean' },
  brackets: { is: 'object' },
  options: { is: 'object' },
};
const BRACKET_KEYS: Readonly<Record<string, KeyRule>> = {
  enabled: { is: 'boolean' },
  mode: { is: 'string' },
  entry_mode: { is: 'string' },
  atr_period: { is: 'integer', min: 1 },
  atr_mult_stop: { is: 'number' },
  atr_mult_target: { is: 'number' },
  time_stop_minutes: { is: 'number' },
  min_rr: { is: 'number' },
  regime_adjust: { is: 'boolean' },
};
const SELECTION_KEYS: Readonly<Record<string, KeyRule>> = {
  target_delta: { is: 'number' },
  dte_target: { is: 'number or null' },
  min_oi: { is: 'number' },
  min_vol: { is: 'number or null' },
  spread_width: { is: 'number', above: 0 },
  weekly_ok: { is: 'boolean' },
};
const ALERTING_KEYS: Readonly<Record<string, KeyRule>> = {
  cooldown_minutes: { is: 'number', min: 0 },
  max_trades_per_day: { is: 'integer', min: 0 },
};

function checkKeys(
  path: string,
  section: JsonObject,
  rules: Readonly<Record<string, KeyRule>>,
  schemaErrors: string[],
  warnings: string[],
): void {
  for (const [key, value] of Object.entries(section)) {
    const rule = rules[key];
    if (rule === undefined) {
      warnings.push(`${path}.${key} is unknown`);
      continue;
    }
    const fault = faultOf(value, rule);
    if (fault !== undefined) schemaErrors.push(`${path}.${key} must be ${fault}`);
  }
}

const ARTICLES = {
  number: 'a number',
  integer: 'an integer',
  boolean: 'a boolean',
  string: 'a string',
  object: 'an object',
  'number or null': 'a number or null',
} as const;

function faultOf(value: Json, rule: KeyRule): string | undefined {
  if (value === null && rule.is === 'number or null') return undefined;
  const fits =
    rule.is === 'object'
      ? isObject(value)
      : rule.is === 'integer'
        ? Number.isInteger(value)
        : typeof value === (rule.is === 'number or null' ? 'number' : rule.is);
  if (!fits) return ARTICLES[rule.is];
  if (typeof value !== 'number') return undefined;
  if (rule.above !== undefined && value <= rule.above) return `above ${rule.above}`;
  if (rule.min !== undefined && rule.max !== undefined && (value < rule.min || value > rule.max))
    return `between ${rule.min} and ${rule.max}`;
  if (rule.min !== undefined && value < rule.min) return `at least ${rule.min}`;
  return undefined;
}

/** A value of the wrong type counts as absent, so that what follows can rely on the types. */
function fill<T extends JsonObject>(
  defaults: T,
  given: JsonObject,
  rules: Readonly<Record<string, KeyRule>>,
): JsonObject {
  const sound = Object.entries(given).filter(([key, value]) => {
    const rule = rules[key];
    return rule !== undefined && rule.is !== 'object' && faultOf(value, rule) === undefined;
  });
  return { ...defaults, ...Object.fromEntries(sound) };
}

const fillExecution = (execution: JsonObject): JsonObject => ({
  ...fill(EXECUTION_DEFAULTS, execution, EXECUTION_KEYS),
  brackets: fill(BRACKET_DEFAULTS, objectAt(execution, 'brackets'), BRACKET_KEYS),
  options: {
    selection: fill(SELECTION_DEFAULTS, objectAt(objectAt(execution, 'options'), 'selection'), SELECTION_KEYS),
  },
});

const numberAt = (object: JsonObject, key: string): number => {
  const value = object[key];
  return typeof value === 'number' ? value : Number.NaN;
};

function checkBrackets(brackets: JsonObject, errors: string[], warnings: string[]): void {
  const stop = numberAt(brackets, 'atr_mult_stop');
  if (stop <= 0) errors.push('execution.brackets.atr_mult_stop must be above 0');
  if (numberAt(brackets, 'min_rr') < 0) errors.push('execution.brackets.min_rr must be at least 0');
  if (numberAt(brackets, 'atr_mult_target') <= stop)
    warnings.push('execution.brackets.atr_mult_target is not above atr_mult_stop');
  if (numberAt(brackets, 'time_stop_minutes') <= 0)
    warnings.push('execution.brackets.time_stop_minutes is not above 0');
}

function checkSelection(selection: JsonObject, errors: string[], warnings: string[]): void {
  const delta = numberAt(selection, 'target_delta');
  if (delta <= 0 || delta >= 1) errors.push('execution.options.selection.target_delta must be between 0 and 1');
  if (numberAt(selection, 'min_oi') < 0) errors.push('execution.options.selection.min_oi must be at least 0');
  // Zero days to expiry is what a same-day strategy asks for.
  if (numberAt(selection, 'dte_target') < 0) warnings.push('execution.options.selection.dte_target is below 0');
  const volume = numberAt(selection, 'min_vol');
  if (volume < 0 || volume > 5) warnings.push('execution.options.selection.min_vol is outside 0..5');
}

const oneDecimal = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));

function sayPolicy(execution: JsonObject, risk: JsonObject, alerting: JsonObject): string[] {
  const notes: string[] = [];
  const brackets = objectAt(execution, 'brackets');
  const [stop, target] = [numberAt(brackets, 'atr_mult_stop'), numberAt(brackets, 'atr_mult_target')];
  if (brackets['enabled'] === true)
    notes.push(
      `Stops at ${oneDecimal(stop)} x ATR(${numberAt(brackets, 'atr_period')}), targets at ${oneDecimal(target)} x ATR: reward/risk ${oneDecimal(Math.round((target / stop) * 100) / 100)}.`,
    );
  notes.push(
    `Each side costs ${oneDecimal(numberAt(execution, 'slippage_bps') + numberAt(execution, 'commission_bps'))} basis points.`,
  );
  if (execution['size_by_conf'] === true)
    notes.push(`Positions grow with confidence, up to ${oneDecimal(numberAt(execution, 'conf_cap'))}.`);
  if (execution['momentum_gate'] === true)
    notes.push(`No position while ${execution['momentum_column']} is below ${numberAt(execution, 'momentum_min')}.`);
  if (execution['long_only'] === true) notes.push('Short positions are never opened.');
  const drawdown = numberAt(risk, 'max_drawdown');
  if (Number.isFinite(drawdown))
    notes.push(`A drawdown beyond ${Math.round(drawdown * 1000) / 10} % breaks the policy.`);
  notes.push(
    `At most ${numberAt(alerting, 'max_trades_per_day')} trades a day, ${numberAt(alerting, 'cooldown_minutes')} minutes apart.`,
  );
  return notes;
}
