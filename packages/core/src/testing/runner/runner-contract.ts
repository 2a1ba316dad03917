import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunEvent, Runner, RunReference, RunRequest } from '../../runner/runner.ts'
import { type ScriptLine, script } from './script.ts'

/** A place where runs can be started, such as a cluster or a folder, with nothing in it. */
export interface RunnerPlace extends AsyncDisposable {
  /** A runner of this place, as another tuner opens it. */
  open(): Promise<Runner>
  /** Lets runs go on that wait for this, now or later. */
  release(gate: string): Promise<void>
  /** How many evaluations really began. */
  begun(): Promise<number>
  /** How many use resources now. */
  alive(): Promise<number>
}

/** How a runner is tested: what its runs do is in their parameters, as a {@link script}. */
export interface RunnerBackend {
  readonly name: string
  readonly place: () => Promise<RunnerPlace>
  /**
   * What its runs can tell: everything as it happens, or nothing but the last result, when it is over. Default:
   * `everything`.
   */
  readonly tells?: 'everything' | 'last result'
  /**
   * Whether two runners that are asked for the same run at the same moment begin one. A server that knows no such thing
   * leaves it to the trial's lease that nobody does so. Default: true.
   */
  readonly startsAtomically?: boolean
  /** How many random scripts are run. Default: 100. */
  readonly scripts?: number
}

const never = new AbortController().signal

/** What is heard of a run that says this. */
function told({ tells = 'everything' }: RunnerBackend, ...said: readonly RunEvent[]): readonly RunEvent[] {
  if (tells === 'everything') return said
  const [ended] = said.filter(({ kind }) => kind === 'end')
  // A failed run tells nothing.
  if (ended?.kind === 'end' && ended.failure !== undefined) return [ended]
  const results = said.filter(({ kind }) => kind === 'result')
  return [...results.slice(-1), ...(ended === undefined ? [] : [ended])]
}

const request = (lines: readonly ScriptLine[], of: Partial<RunRequest> = {}): RunRequest => ({
  study: 'contract',
  studyId: 'd0e5c6a2-3c1f-4f6e-9a57-0a0b54a7a1c1',
  number: 0,
  params: { script: script(lines) },
  attempt: 0,
  slot: 0,
  mayExist: false,
  ...of,
})

/** @param most after how many events nobody listens any more. */
async function heard(
  runner: Runner,
  reference: RunReference,
  signal = never,
  most = Number.POSITIVE_INFINITY,
): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  if (most === 0) return events
  for await (const event of runner.watch(reference, signal)) if (events.push(event) >= most) break
  return events
}

const report = (step: number, m: number): RunEvent => ({ kind: 'report', step, metrics: { m } })
const result = (m: number): RunEvent => ({ kind: 'result', metrics: { m } })
const end: RunEvent = { kind: 'end' }

/** What every runner must do: the laws of {@link Runner}. Call it in a vitest file. */
export function runnerContract(backend: RunnerBackend): void {
  describe(`the runner '${backend.name}'`, () => {
    startLaws(backend)
    watchLaws(backend)
    stopLaws(backend)
    speechLaws(backend)
  })
}

function startLaws({ place, startsAtomically = true }: RunnerBackend): void {
  describe('starts once', () => {
    it('what one runner is asked for twice', async () => {
      await using here = await place()
      await using runner = await here.open()
      const asked = request([{ say: { m: 1 } }])
      const one = await runner.start(asked, never)
      const two = await runner.start({ ...asked, mayExist: true }, never)
      expect(await heard(runner, one)).toEqual([result(1), end])
      expect(await heard(runner, two)).toEqual([result(1), end])
      expect(await here.begun()).toBe(1)
    })

    it.runIf(startsAtomically)('what several runners are asked for at the same time', async () => {
      await using here = await place()
      const asked = request([{ say: { m: 1 } }], { mayExist: true })
      const runners = await Promise.all([here.open(), here.open(), here.open()])
      const references = await Promise.all(runners.map((runner) => runner.start(asked, never)))
      const all = await Promise.all(runners.map((runner, i) => heard(runner, references[i] as RunReference)))
      expect(all).toEqual(runners.map(() => [result(1), end]))
      expect(await here.begun()).toBe(1)
      for (const runner of runners) await runner[Symbol.asyncDispose]()
    })

    it('but each trial, instance, attempt and study by itself', async () => {
      await using here = await place()
      await using runner = await here.open()
      const lines: readonly ScriptLine[] = [{ say: { m: 1 } }]
      const asked = [
        request(lines),
        request(lines, { number: 1 }),
        request(lines, { attempt: 1 }),
        request(lines, { number: 2, instances: ['a'] }),
        request(lines, { number: 2, instances: ['A'] }),
        request(lines, { number: 2, instances: ['../a b'] }),
        request(lines, { studyId: 'd0e5c6a2-3c1f-4f6e-9a57-0a0b54a7a1c2' }),
      ]
      const references = await Promise.all(asked.map((each) => runner.start(each, never)))
      for (const reference of references)
        expect((await heard(runner, reference)).map(({ kind }) => kind)).toEqual(['result', 'end'])
      expect(await here.begun()).toBe(asked.length)
    })
  })
}

function watchLaws(backend: RunnerBackend): void {
  const { place } = backend
  describe('finds again', () => {
    it('a run that goes on, from a runner that did not start it', async () => {
      await using here = await place()
      const first = await here.open()
      const reference = await first.start(
        request([{ say: { m: 1 } }, { wait: 'go' }, { say: { m: 2 } }]),
        never,
      )
      const early = told(backend, result(1)).slice(0, backend.tells === 'last result' ? 0 : 1)
      expect(await heard(first, reference, undefined, early.length)).toEqual(early)
      await first[Symbol.asyncDispose]()
      expect(await here.alive()).toBe(1)
      await using second = await here.open()
      const events = heard(second, JSON.parse(JSON.stringify(reference)))
      await here.release('go')
      expect(await events).toEqual(told(backend, result(1), result(2), end))
      expect(await here.begun()).toBe(1)
    })

    it('a run that ended meanwhile, as often as it is asked', async () => {
      await using here = await place()
      const first = await here.open()
      const reference = await first.start(request([{ say: { step: 3, m: 1 } }, { say: { m: 2 } }]), never)
      const all = told(backend, report(3, 1), result(2), end)
      expect(await heard(first, reference)).toEqual(all)
      await first[Symbol.asyncDispose]()
      await using second = await here.open()
      for (let i = 0; i < 2; i++) expect(await heard(second, reference)).toEqual(all)
    })

    it('by its request, where its reference was lost', async () => {
      await using here = await place()
      const asked = request([{ wait: 'go' }, { say: { m: 2 } }], { mayExist: true })
      const first = await here.open()
      await first.start(asked, never)
      await first[Symbol.asyncDispose]()
      await using second = await here.open()
      const events = heard(second, await second.start(asked, never))
      await here.release('go')
      expect(await events).toEqual([result(2), end])
      expect(await here.begun()).toBe(1)
    })
  })
}

function stopLaws({ place }: RunnerBackend): void {
  describe('stops', () => {
    it('what runs: nothing of it is left, and its end is no good one', async () => {
      await using here = await place()
      await using runner = await here.open()
      const reference = await runner.start(request([{ say: { m: 1 } }, { wait: 'never' }]), never)
      const events = heard(runner, reference)
      await runner.stop(reference)
      expect(await here.alive()).toBe(0)
      expect((await events).at(-1)).toMatchObject({ kind: 'end', failure: expect.any(String) })
      expect((await heard(runner, reference)).at(-1)).toMatchObject({ failure: expect.any(String) })
    })

    it('what another runner started', async () => {
      await using here = await place()
      await using one = await here.open()
      await using two = await here.open()
      const reference = await one.start(request([{ wait: 'never' }]), never)
      await two.stop(reference)
      expect(await here.alive()).toBe(0)
      expect((await heard(one, reference)).at(-1)).toMatchObject({ failure: expect.any(String) })
    })

    it('without effect what is over, and what was stopped before', async () => {
      await using here = await place()
      await using runner = await here.open()
      const reference = await runner.start(request([{ say: { m: 1 } }]), never)
      expect(await heard(runner, reference)).toEqual([result(1), end])
      await runner.stop(reference)
      await runner.stop(reference)
      expect(await heard(runner, reference)).toEqual([result(1), end])
    })

    it('only what is meant', async () => {
      await using here = await place()
      await using runner = await here.open()
      const lines: readonly ScriptLine[] = [{ wait: 'go' }, { say: { m: 1 } }]
      const meant = await runner.start(request(lines), never)
      const other = await runner.start(request(lines, { number: 1 }), never)
      await runner.stop(meant)
      expect(await here.alive()).toBe(1)
      await here.release('go')
      expect(await heard(runner, other)).toEqual([result(1), end])
    })
  })
}

function speechLaws(backend: RunnerBackend): void {
  const { place, scripts = 100, tells } = backend
  describe('hears', () => {
    it('that a run failed, whatever it gave before', async () => {
      await using here = await place()
      await using runner = await here.open()
      const reference = await runner.start(request([{ say: { m: 1 } }, { fail: 3 }]), never)
      const failed = { kind: 'end', failure: expect.any(String) } as const
      expect(await heard(runner, reference)).toMatchObject(told(backend, result(1), failed))
    })

    it('nothing after the signal aborted, and the run goes on', async () => {
      await using here = await place()
      await using runner = await here.open()
      const reference = await runner.start(request([{ wait: 'go' }, { say: { m: 1 } }]), never)
      const abort = new AbortController()
      const events = heard(runner, reference, abort.signal)
      abort.abort()
      expect(await events).toEqual([])
      expect(await here.alive()).toBe(1)
      await here.release('go')
      expect(await heard(runner, reference)).toEqual([result(1), end])
    })

    it('many runs at once, each its own words', async () => {
      await using here = await place()
      await using runner = await here.open()
      const numbers = Array.from({ length: 8 }, (_, number) => number)
      const all = await Promise.all(
        numbers.map(async (number) => {
          const lines: readonly ScriptLine[] = [{ wait: 'go' }, { say: { m: number } }]
          return runner.start(request(lines, { number, slot: number }), never)
        }),
      )
      await here.release('go')
      expect(await Promise.all(all.map((reference) => heard(runner, reference)))).toEqual(
        numbers.map((number) => [result(number), end]),
      )
    })

    type Said = Extract<ScriptLine, { say: unknown }>

    it('whatever a run says, in its order, numbers to the last bit', async () => {
      await using here = await place()
      await using runner = await here.open()
      let number = 0
      // JSON has no negative zero.
      const m = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
      const anyResult = fc.record({ say: fc.record({ m }) })
      const anyLine: fc.Arbitrary<Said> = fc.oneof(
        anyResult,
        fc.record({ say: fc.record({ step: fc.nat(), m }) }),
      )
      await fc.assert(
        fc.asyncProperty(fc.array(anyLine, { maxLength: 10 }), anyResult, async (before, last) => {
          // Who tells only the last result has to have one.
          const lines = tells === 'last result' ? [...before, last] : before
          const reference = await runner.start(request(lines, { number: number++ }), never)
          const said = lines.map(({ say }: Said) =>
            say.step === undefined ? result(say.m) : report(say.step, say.m),
          )
          expect(await heard(runner, reference)).toEqual(told(backend, ...said, end))
        }),
        { numRuns: scripts },
      )
    })
  })
}
