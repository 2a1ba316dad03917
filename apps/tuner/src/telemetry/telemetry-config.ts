/** What is sent, and how. */
export interface TelemetryConfig {
  readonly traces: boolean
  readonly metrics: boolean
  readonly encoding: 'protobuf' | 'json'
  /** How often metrics are sent, in milliseconds. */
  readonly intervalMs: number
}

const INTERVAL_MS = 60_000

/**
 * What the environment says of OpenTelemetry, by its standard variables; `undefined` where no exporter is configured. The
 * exporters read the rest of them.
 *
 * @throws Error the protocol is none that is spoken here
 */
export function telemetryConfig(environment: NodeJS.ProcessEnv): TelemetryConfig | undefined {
  const endpoint = environment['OTEL_EXPORTER_OTLP_ENDPOINT']
  const wants = (signal: 'TRACES' | 'METRICS') =>
    environment[`OTEL_${signal}_EXPORTER`] !== 'none' &&
    Boolean(environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] ?? endpoint)
  const [traces, metrics] = [wants('TRACES'), wants('METRICS')]
  if (environment['OTEL_SDK_DISABLED'] === 'true' || !(traces || metrics)) return undefined
  const protocol = environment['OTEL_EXPORTER_OTLP_PROTOCOL'] ?? 'http/protobuf'
  if (protocol !== 'http/protobuf' && protocol !== 'http/json')
    throw new Error(
      `OTEL_EXPORTER_OTLP_PROTOCOL: it must be http/protobuf or http/json, but is '${protocol}'; nothing is sent`,
    )
  const interval = Number(environment['OTEL_METRIC_EXPORT_INTERVAL'])
  const encoding = protocol === 'http/json' ? 'json' : 'protobuf'
  return { traces, metrics, encoding, intervalMs: interval > 0 ? interval : INTERVAL_MS }
}
