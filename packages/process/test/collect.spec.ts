import { describe, expect, it } from 'vitest'
import { type CollectOptions, collectorFor, type Observation } from '../src/index.ts'

/** What is found in a text, in whatever pieces it comes. */
function found(
  text: string,
  options: CollectOptions = {},
  names = ['auc', 'loss'],
  piece = 7,
): Observation[] {
  const collector = collectorFor(names, options)()
  const observations: Observation[] = []
  for (let i = 0; i < text.length; i += piece) observations.push(...collector.push(text.slice(i, i + piece)))
  return [...observations, ...collector.end()]
}

const auc = (value: number, step?: number): Observation =>
  step === undefined ? { metrics: { auc: value } } : { step, metrics: { auc: value } }

describe('standard output', () => {
  it.each<[string, Observation[]]>([
    ['auc=0.91', [auc(0.91)]],
    ['auc=0.91 loss: 0.2', [{ metrics: { auc: 0.91, loss: 0.2 } }]],
    ['2026-01-01T10:00:00Z INFO auc = 9.1e-1', [auc(0.91)]],
    ['{"auc": 0.91, "step": 3}', [auc(0.91, 3)]],
    ['{"auc": NaN, "loss": -Infinity}', [{ metrics: { auc: Number.NaN, loss: -Infinity } }]],
    ["{'auc': 0.91, 'epoch': 2}", [auc(0.91, 2)]],
    ['Epoch 3/20 - auc: 0.91', [auc(0.91, 3)]],
    ['epoch=3 auc=0.91', [auc(0.91, 3)]],
    ['[step 12] auc=.5', [auc(0.5, 12)]],
    ['epoch: 0.25 auc=1', [auc(1)]],
    ['val_auc=0.9 auc.max=0.8 my-auc=0.7', []],
    ['val_loss: 1 loss: 2', [{ metrics: { loss: 2 } }]],
    ['auc=1 auc=2', [auc(1)]],
    ['AUC=1', []],
    ['auc: nothing', []],
    ['auc=nan loss=-inf', [{ metrics: { auc: Number.NaN, loss: -Infinity } }]],
    ['auc=infinite', []],
    ['auc=1\rauc=2\r\nauc=3', [auc(1), auc(2), auc(3)]],
    ['', []],
  ])('%j', (text, expected) => {
    expect(found(text)).toEqual(expected)
    expect(found(`${text}\n`, {}, ['auc', 'loss'], 1)).toEqual(expected)
  })

  it('names the step as it is told to', () => {
    expect(found('round 3 epoch=9 auc=1', { step: 'round' })).toEqual([auc(1, 3)])
  })
})

describe('a pattern', () => {
  it.each<[string, string, Observation[]]>([
    ['AUC is (?<auc>[\\d.]+)', 'so the AUC is 0.5\nelse', [auc(0.5)]],
    ['#(?<step>\\d+): (?P<auc>\\S+)', '#4: 0.5', [auc(0.5, 4)]],
    ['#(?<epoch>\\d+): (?P<auc>\\S+)', '#4: 0.5', [auc(0.5, 4)]],
    ['(?<auc>\\S+) is good', 'it is good', []],
  ])('%s', (pattern, text, expected) => {
    expect(found(text, { pattern })).toEqual(expected)
  })

  it('needs no name where there is one metric', () => {
    expect(found('AUC is 0.5', { pattern: 'AUC is ([\\d.]+)' }, ['auc'])).toEqual([auc(0.5)])
  })

  it.each([
    ['(', /^pattern: Invalid regular expression/],
    ['AUC is ([\\d.]+)', /^pattern: it must have a group for a metric, such as \(\?<auc>/],
  ])('that is none is refused: %s', (pattern, message) => {
    expect(() => collectorFor(['auc', 'loss'], { pattern })).toThrow(message)
  })
})

describe('a file', () => {
  it('is one JSON object', () => {
    const text = JSON.stringify({ auc: 0.5, loss: '0.25', other: [1] }, null, 2)
    expect(found(text, { file: 'metrics.json' })).toEqual([{ metrics: { auc: 0.5, loss: 0.25 } }])
    expect(found('{"auc": 0.', { file: 'metrics.json' })).toEqual([])
    expect(found('[1]', { file: 'metrics.json' })).toEqual([])
  })

  it('has a JSON object on each line', () => {
    const text = '{"step":0,"auc":0.5}\nnone\n{"step":1,"auc":0.6}'
    expect(found(text, { file: 'metrics.jsonl' })).toEqual([auc(0.5, 0), auc(0.6, 1)])
  })

  it('has rows', () => {
    const text = 'epoch,auc,note\n0,0.5,"a, ""b"""\n1,,\n2,0.7,x\n'
    expect(found(text, { file: 'log.csv' })).toEqual([auc(0.5, 0), auc(0.7, 2)])
    expect(found('auc\n0.5\n0.6', { file: 'log.csv' })).toEqual([auc(0.5), auc(0.6)])
    const rows = Array.from({ length: 1000 }, (_, i) => `${i},${i / 1000}`)
    expect(found(['step,auc', ...rows].join('\n'), { file: 'log.csv' }, ['auc'], 10_000)).toHaveLength(1000)
  })

  it('is what it is said to be, whatever its name', () => {
    expect(found('auc=0.5', { file: 'log.json', format: 'text' })).toEqual([auc(0.5)])
    expect(found('auc\n0.5', { file: 'log', format: 'csv' })).toEqual([auc(0.5)])
  })
})
