import { systemClock } from '@tune/core'
import type { TelemetryConfig } from './telemetry-config.ts'

/** How long the last of it may take to be sent, in milliseconds. */
const LAST_MS = 10_000

/**
 * Sends traces and metrics by OpenTelemetry's protocol until it is disposed of, which sends the last of them. What cannot
 * be sent fails nothing.
 *
 * @param warn is told once that something cannot be sent.
 */
export async function startTelemetry(
  { traces, metrics, encoding, intervalMs }: TelemetryConfig,
  warn: (line: string) => void,
): Promise<AsyncDisposable> {
  const api = await import('@opentelemetry/api')
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks')
  let isTold = false
  const problem = (message: string) => {
    if (!isTold) warn(`OpenTelemetry: ${message.split('\n')[0]}`)
    isTold = true
  }
  const ignore = () => {}
  api.diag.setLogger({ error: problem, warn: ignore, info: ignore, debug: ignore, verbose: ignore })
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const shutdowns: (() => Promise<void>)[] = []
  if (traces) {
    const provider = await tracerProvider(encoding)
    api.trace.setGlobalTracerProvider(provider)
    shutdowns.push(() => provider.shutdown())
  }
  if (metrics) {
    const provider = await meterProvider(encoding, intervalMs)
    api.metrics.setGlobalMeterProvider(provider)
    shutdowns.push(() => provider.shutdown())
  }
  return {
    [Symbol.asyncDispose]: async () => {
      const over = new AbortController()
      const sent = Promise.allSettled(shutdowns.map((shutdown) => shutdown()))
      await Promise.race([sent, systemClock.sleep(LAST_MS, over.signal)])
      over.abort()
    },
  }
}

async function tracerProvider(encoding: TelemetryConfig['encoding']) {
  const { BatchSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace')
  const { OTLPTraceExporter } = await (encoding === 'json'
    ? import('@opentelemetry/exporter-trace-otlp-http')
    : import('@opentelemetry/exporter-trace-otlp-proto'))
  const spanProcessors = [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })]
  return new TracerProvider({ resource: await resource(), spanProcessors })
}

async function meterProvider(encoding: TelemetryConfig['encoding'], exportIntervalMillis: number) {
  const { MeterProvider, PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics')
  const { OTLPMetricExporter } = await (encoding === 'json'
    ? import('@opentelemetry/exporter-metrics-otlp-http')
    : import('@opentelemetry/exporter-metrics-otlp-proto'))
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis,
  })
  return new MeterProvider({ resource: await resource(), readers: [reader] })
}

/** Who sends it: `tuner`, unless the environment says otherwise. */
async function resource() {
  const {
    defaultResource,
    detectResources,
    resourceAttributesEnvDetector,
    resourceFromAttributes,
    serviceNameEnvDetector,
  } = await import('@opentelemetry/resources')
  const detectors = [resourceAttributesEnvDetector, serviceNameEnvDetector]
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'tuner' }))
    .merge(detectResources({ detectors }))
}
