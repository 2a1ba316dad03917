import {
  type Attributes,
  context,
  type Histogram,
  INVALID_SPANID,
  type MeterProvider,
  metrics,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { stopwatch } from '../clock/stopwatch.ts'
import { describeThrown } from '../errors/describe.ts'

/** Under which name OpenTelemetry knows this package. */
const SCOPE = '@tune/core'
const tracer = trace.getTracer(SCOPE)

/**
 * Something that takes a while, as a span and as a histogram of durations in seconds (`tune.trial`,
 * `tune.trial.duration`), for whoever has set up OpenTelemetry in this process; nothing where nobody has.
 */
export class Measure {
  readonly #name: string
  readonly #attributes: Attributes
  readonly #span: Span
  readonly #seconds = stopwatch()
  #isOver = false

  /**
   * Begins it.
   *
   * @param attributes of the span and of the duration: few values each.
   * @param details of the span alone.
   */
  constructor(name: string, attributes: Attributes, details: Attributes = {}) {
    this.#name = name
    this.#attributes = attributes
    this.#span = tracer.startSpan(name, { attributes: { ...attributes, ...details } })
  }

  /** Does what is a part of it. */
  run<T>(work: () => T): T {
    // Where nobody collects traces, spans have no identity.
    if (this.#span.spanContext().spanId === INVALID_SPANID) return work()
    return context.with(trace.setSpan(context.active(), this.#span), work)
  }

  /** Ends it; the first end counts. @param failure why it came to no good end */
  end(attributes: Attributes = {}, failure?: string): void {
    if (this.#isOver) return
    this.#isOver = true
    const outcome = { ...attributes, ...(failure !== undefined && { error: true }) }
    this.#span.setAttributes(outcome)
    if (failure !== undefined) this.#span.setStatus({ code: SpanStatusCode.ERROR, message: failure })
    this.#span.end()
    durationOf(this.#name).record(this.#seconds(), { ...this.#attributes, ...outcome })
  }
}

/** Measures what is done until its promise settles. See {@link Measure}. */
export async function measured<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
  details: Attributes = {},
): Promise<T> {
  const measure = new Measure(name, attributes, details)
  try {
    const result = await measure.run(work)
    measure.end()
    return result
  } catch (error) {
    measure.end({}, describeThrown(error))
    throw error
  }
}

/** Those of the provider that there is now: it may come later than this module. */
let known: { readonly provider: MeterProvider; readonly histograms: Map<string, Histogram> } | undefined

function durationOf(name: string): Histogram {
  const provider = metrics.getMeterProvider()
  if (known?.provider !== provider) known = { provider, histograms: new Map() }
  const { histograms } = known
  const histogram =
    histograms.get(name) ?? provider.getMeter(SCOPE).createHistogram(`${name}.duration`, { unit: 's' })
  histograms.set(name, histogram)
  return histogram
}
