import { AsyncLocalStorage } from 'node:async_hooks'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace as tracing, type Span } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import type { Notes, Trace } from './trace.js'

/** Milliseconds that the last export may take when the server stops. */
const FLUSH_PATIENCE = 2000

/** Where traces go, and who sends them. */
export interface OtlpSettings {
  /** Takes OTLP over HTTP, as JSON. */
  url: string
  version: string | undefined
  sleep: (milliseconds: number) => Promise<void>
}

/**
 * Exports traces. The usual variables of OpenTelemetry (`OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS`,
 * `OTEL_RESOURCE_ATTRIBUTES`, …) are read by its library.
 *
 * Every call begins a trace of its own. Its `traceparent` is not read: any caller could otherwise join traces of others, have
 * everything sampled, or write what they like into an id. Nothing is registered globally, so an application that mounts this
 * server keeps its own tracing.
 */
export function otlpTrace({ url, version, sleep }: OtlpSettings): Trace & { stop(): Promise<void> } {
  const ours = resourceFromAttributes({ 'service.name': 'otp-verify', 'service.version': version })
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(ours)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
  })
  const tracer = provider.getTracer('otp-verify')
  /** The call under way, and the innermost of its steps. */
  const underWay = new AsyncLocalStorage<{ call: Span; span: Span }>()

  return {
    call(name, run) {
      const call = tracer.startSpan(name, { kind: SpanKind.SERVER }, ROOT_CONTEXT)
      return underWay.run({ call, span: call }, () => run().finally(() => call.end()))
    },

    async step(name, run, notesOf) {
      const within = underWay.getStore()
      if (!within) return run()
      const { call } = within
      const span = tracer.startSpan(name, {}, tracing.setSpan(ROOT_CONTEXT, within.span))
      try {
        const result = await underWay.run({ call, span }, run)
        add(span, notesOf({ result }))
        return result
      } catch (error) {
        // Neither its text nor its stack: they may hold anything.
        span.setStatus({ code: SpanStatusCode.ERROR })
        add(span, notesOf({ error }))
        throw error
      } finally {
        span.end()
      }
    },

    note(notes) {
      const within = underWay.getStore()
      if (within) add(within.call, notes)
    },

    async stop() {
      await Promise.race([provider.shutdown().catch(() => {}), sleep(FLUSH_PATIENCE)])
    },
  }
}

function add(span: Span, notes: Notes): void {
  for (const [name, value] of Object.entries(notes)) if (value !== undefined) span.setAttribute(name, value)
}
