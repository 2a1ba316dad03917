import { type HttpServer, httpServer } from '@tune/tooling/http-server'
import { describe, it } from 'vitest'
import { freePort, workplace } from './tuner.ts'

const study = `study: observed
metrics: { m: maximize }
trials: 4
parallel: 2
space: { x: { type: float, low: 0, high: 1 } }
objective: { command: [sh, -c, '[ $TUNE_TRIAL != 1 ] && echo m={x}'] }
`

/** A value of OpenTelemetry's protocol, in JSON. */
interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}
interface Span {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes: readonly Attribute[]
  readonly status: { readonly code?: number; readonly message?: string }
}
interface Metric {
  readonly name: string
  readonly unit: string
  readonly histogram: { readonly dataPoints: readonly { readonly count: number; readonly sum: number }[] }
}
interface Export {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[]
  readonly resourceMetrics?: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[]
  }[]
}

const exportsAt = ({ received }: HttpServer, path: string) =>
  received.filter((request) => request.path === path).map(({ body }) => JSON.parse(body) as Export)

const valueOf = ({ attributes }: Pick<Span, 'attributes'>, key: string) =>
  Object.values(attributes.find((attribute) => attribute.key === key)?.value ?? {})[0]

describe.concurrent('what OpenTelemetry is sent', () => {
  it('is a trace of each trial, with its suggestion, its storage and its run, and how long all took', async ({
    expect,
  }) => {
    await using place = await workplace()
    await using collector = await httpServer(() => ({ json: {} }))
    await place.write('study.yaml', study)
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_RESOURCE_ATTRIBUTES: 'team=churn',
    }
    expect(await place.tunerWith(environment, 'run', 'study.yaml')).toMatchObject({ code: 0, err: '' })
    const spans = exportsAt(collector, '/v1/traces')
      .flatMap(({ resourceSpans = [] }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans))
      .flatMap((scope) => scope.spans)
    const trials = spans.filter(({ name }) => name === 'tune.trial')
    expect(trials.map((trial) => [valueOf(trial, 'tune.number'), valueOf(trial, 'tune.state')])).toEqual(
      expect.arrayContaining([
        [0, 'complete'],
        [1, 'failed'],
        [4, 'complete'],
      ]),
    )
    expect(new Set(trials.map(({ traceId }) => traceId)).size).toBe(5)
    const partsOf = ({ spanId, traceId }: Span) =>
      spans.filter((span) => span.parentSpanId === spanId && span.traceId === traceId)
    for (const trial of trials) {
      const parts = partsOf(trial).map((part) => valueOf(part, 'tune.operation') ?? part.name)
      expect(parts).toEqual(
        expect.arrayContaining(['tune.suggest', 'extendTrial', 'tune.start', 'tune.run', 'finishTrial']),
      )
    }
    const failed = trials.find((trial) => valueOf(trial, 'tune.number') === 1)
    expect(failed?.status).toEqual({ code: 2, message: 'exit code 1' })

    const [sent] = exportsAt(collector, '/v1/metrics').at(-1)?.resourceMetrics ?? []
    const resource = sent?.resource ?? { attributes: [] }
    expect([valueOf(resource, 'service.name'), valueOf(resource, 'team')]).toEqual(['tuner', 'churn'])
    const metrics = sent?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
    const counts = metrics.map(({ name, unit, histogram: { dataPoints } }) => [
      name,
      unit,
      dataPoints.reduce((sum, { count }) => sum + count, 0),
    ])
    expect(counts).toEqual(
      expect.arrayContaining([
        ['tune.trial.duration', 's', 5],
        ['tune.suggest.duration', 's', expect.any(Number)],
        ['tune.run.duration', 's', 5],
        ['tune.storage.duration', 's', expect.any(Number)],
      ]),
    )
  })

  it('is protobuf, unless the environment says otherwise', async ({ expect }) => {
    await using place = await workplace()
    await using collector = await httpServer(() => ({ text: '' }))
    await place.write('study.yaml', study)
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_METRICS_EXPORTER: 'none' }
    expect(await place.tunerWith(environment, 'run', 'study.yaml')).toMatchObject({ code: 0, err: '' })
    expect(new Set(collector.received.map(({ path }) => path))).toEqual(new Set(['/v1/traces']))
    for (const { headers } of collector.received)
      expect(headers['content-type']).toBe('application/x-protobuf')
  })

  it.for([
    ['a collector that is away', {}, /^tuner: OpenTelemetry: .*ECONNREFUSED.*\n$/],
    [
      'a protocol that is not spoken',
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      /^tuner: OTEL_EXPORTER_OTLP_PROTOCOL: it must be http\/protobuf or http\/json, but is 'grpc'; nothing is sent\n$/,
    ],
  ] as const)('fails nothing: %s', async ([, more, said], { expect }) => {
    await using place = await workplace()
    await place.write('study.yaml', study)
    const endpoint = `http://127.0.0.1:${await freePort()}`
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...more }
    const { code, err } = await place.tunerWith(environment, 'run', 'study.yaml')
    expect(code).toBe(0)
    expect(err).toMatch(said)
  })
})
