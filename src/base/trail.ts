/**
 * The trail of a piece of work: a request, a job, a task. What it logs carries its ids, whatever it awaits, and a tracer hears of it.
 *
 * An entry (`request`, `job`) begins the ids anew, for it may be woken by somebody else's work; a `task` keeps those of its caller.
 * Its maker stands in app. Without a tracer a step costs under half a microsecond.
 */
export interface Ids {
  readonly requestId?: string;
  readonly jobId?: string;
}

/** Headers that tell another process, or a later one, whose child its step is; empty when nobody traces. */
export type Carrier = Readonly<Record<string, string | string[] | undefined>>;

export type Facts = Readonly<Record<string, string | number | boolean>>;

export interface Step {
  readonly kind: 'request' | 'job' | 'task';
  /** Few of them: routes and kinds, never paths or ids. */
  readonly name: string;
  readonly ids?: Ids;
  /** Where it was asked for, when that was elsewhere. */
  readonly from?: Carrier;
}

export interface OpenStep {
  /** True when somebody listens: facts that cost something to gather are gathered only then. */
  readonly isTraced: boolean;
  /** What `work` begins, and all that it awaits, belongs to this step. May be called several times, for what comes back by events. */
  run<T>(work: () => T): T;
  /** Once, at the end. */
  end(how?: { readonly name?: string; readonly facts?: Facts; readonly error?: unknown }): void;
}

export interface Trail {
  begin(step: Step): OpenStep;
  /** For the step at hand. */
  carrier(): Record<string, string>;
  /** For what many share: it logs no ids, and what it begins is nobody's child. */
  outside<T>(work: () => T): T;
}

const silentStep: OpenStep = { isTraced: false, run: (work) => work(), end() {} };

export const noTrail: Trail = { begin: () => silentStep, carrier: () => ({}), outside: (work) => work() };
