/**
 * The trail of this process: ids through AsyncLocalStorage, spans through the API of OpenTelemetry.
 *
 * The API alone does nothing: whoever wants traces loads an SDK beside us (docs/guides/operate.md), which registers itself there.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { context, propagation, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Log } from '#base/log.js';
import type { Carrier, Ids, OpenStep, Step, Trail } from '#base/trail.js';
import { version } from './version.js';

const ids = new AsyncLocalStorage<Ids>();
const tracer = trace.getTracer('almanac', version);
const NO_IDS: Ids = {};

/** Those of the work at hand; what a line of the log is given beside its own facts. */
export const idsAtHand = (): Ids => ids.getStore() ?? NO_IDS;

const KINDS = { request: SpanKind.SERVER, job: SpanKind.CONSUMER, task: SpanKind.INTERNAL } as const;

export const trail: Trail = {
  begin(step) {
    const parent = parentOf(step);
    const span = tracer.startSpan(step.name, { kind: KINDS[step.kind] }, parent);
    const own = step.kind === 'task' ? idsAtHand() : (step.ids ?? NO_IDS);
    if (!span.isRecording()) return untraced(own);
    for (const [name, value] of Object.entries(own)) span.setAttribute(ATTRIBUTES[name as keyof Ids], value as string);
    return traced(own, span, trace.setSpan(parent, span));
  },
  carrier() {
    const carrier: Record<string, string> = {};
    propagation.inject(context.active(), carrier);
    return carrier;
  },
  outside: (work) => ids.exit(() => context.with(ROOT_CONTEXT, work)),
};

const ATTRIBUTES = { requestId: 'almanac.request_id', jobId: 'almanac.job_id' } as const satisfies Record<
  keyof Ids,
  string
>;

/** A job is nobody's child but its sender's: the worker may have been woken by any request. */
function parentOf({ kind, from }: Step) {
  const here = kind === 'job' ? ROOT_CONTEXT : context.active();
  return from === undefined ? here : propagation.extract<Carrier>(here, from);
}

const untraced = (own: Ids): OpenStep => ({ isTraced: false, run: (work) => ids.run(own, work), end() {} });

function traced(own: Ids, span: Span, within: ReturnType<typeof context.active>): OpenStep {
  return {
    isTraced: true,
    run: (work) => ids.run(own, () => context.with(within, work)),
    end({ name, facts, error } = {}) {
      if (name !== undefined) span.updateName(name);
      if (facts !== undefined) span.setAttributes({ ...facts });
      if (error !== undefined) {
        // The class and the code, not the message: that may quote what a caller sent.
        const type = (error as { code?: unknown }).code ?? (error instanceof Error ? error.name : 'unknown');
        span.setAttribute('error.type', String(type));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

/** The same log for what many share, such as a pool of connections: its lines belong to no request that happened to open one. */
export const outsideLog = (log: Log): Log => ({
  debug: (facts, message) => ids.exit(() => log.debug(facts, message)),
  info: (facts, message) => ids.exit(() => log.info(facts, message)),
  warn: (facts, message) => ids.exit(() => log.warn(facts, message)),
  error: (facts, message) => ids.exit(() => log.error(facts, message)),
});
