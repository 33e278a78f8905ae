/** What an OpenTelemetry SDK does, in memory: spans with their parents, the context through awaits, traceparent headers. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import {
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  TraceFlags,
  trace,
} from '@opentelemetry/api';

export interface SeenSpan {
  name: string;
  readonly kind: SpanKind;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Record<string, unknown>;
  isError: boolean;
  isEnded: boolean;
}

export interface TracingInMemory {
  readonly spans: readonly SeenSpan[];
  close(): void;
}

/** Registers itself for the whole process, as an SDK would; close it after the test. */
export function traceInMemory(): TracingInMemory {
  const spans: SeenSpan[] = [];
  context.setGlobalContextManager(contextThroughAwaits());
  propagation.setGlobalPropagator(traceparent);
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan: (name, options = {}, at = context.active()) => {
        const parent = trace.getSpanContext(at);
        const seen: SeenSpan = {
          name,
          kind: options.kind ?? SpanKind.INTERNAL,
          traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
          spanId: randomBytes(8).toString('hex'),
          parentSpanId: parent?.spanId,
          attributes: { ...options.attributes },
          isError: false,
          isEnded: false,
        };
        spans.push(seen);
        return spanThatWrites(seen);
      },
      startActiveSpan: () => {
        throw new Error('not used here');
      },
    }),
  });
  return {
    spans,
    close() {
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

function spanThatWrites(seen: SeenSpan): Span {
  const spanContext: SpanContext = { traceId: seen.traceId, spanId: seen.spanId, traceFlags: TraceFlags.SAMPLED };
  const span: Span = {
    spanContext: () => spanContext,
    isRecording: () => !seen.isEnded,
    updateName: (name) => {
      seen.name = name;
      return span;
    },
    setAttribute: (name, value) => {
      seen.attributes[name] = value;
      return span;
    },
    setAttributes: (attributes) => {
      Object.assign(seen.attributes, attributes);
      return span;
    },
    setStatus: ({ code }) => {
      seen.isError = code === SpanStatusCode.ERROR;
      return span;
    },
    addEvent: () => span,
    addLink: () => span,
    addLinks: () => span,
    recordException: () => {},
    end: () => {
      if (seen.isEnded) throw new Error(`the span ${seen.name} ended twice`);
      seen.isEnded = true;
    },
  };
  return span;
}

function contextThroughAwaits(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (at, work, self, ...given) => storage.run(at, () => work.apply(self as never, given)),
    bind: (at, target) =>
      typeof target === 'function'
        ? (((...given: unknown[]) => storage.run(at, () => target(...given))) as never)
        : target,
    enable: () => manager,
    disable: () => {
      storage.disable();
      return manager;
    },
  };
  return manager;
}

/** W3C Trace Context: `00-<trace>-<span>-<flags>`. */
const traceparent: TextMapPropagator = {
  inject(at, carrier, setter) {
    const span = trace.getSpanContext(at);
    if (span !== undefined) setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-01`);
  },
  extract(at, carrier, getter) {
    const sent = getter.get(carrier, 'traceparent');
    const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(String(sent)) ?? [];
    if (traceId === undefined || spanId === undefined) return at;
    return trace.setSpanContext(at, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
  },
  fields: () => ['traceparent'],
};
