import { isTuneError, type TuneError } from '../errors/tune-error.ts'
import type { TrialAdditions } from '../storage/study-storage.ts'
import type { AttributeKind, JsonValue } from './attributes.ts'
import type { TrialParam } from './frozen-trial.ts'

/** What is not yet in storage. */
class Unsaved {
  readonly params = new Map<string, TrialParam>()
  readonly intermediateValues = new Map<number, number>()
  readonly userAttributes: Record<string, JsonValue> = {}
  readonly systemAttributes: Record<string, JsonValue> = {}
}

/** A part that the storage will never take. */
export interface Refused {
  /** `parameter lr`, `attribute note`. */
  readonly what: string
  readonly isParam: boolean
  readonly error: TuneError
}

/**
 * Writes what a running trial gains. What comes together is written together: one write at a time, begun when the
 * objective first waits. What could not be written stays, and goes with the next write or with the trial's end; what the
 * storage refuses for good is taken out, so that it keeps nothing else from being written.
 */
export class TrialWriter {
  readonly #write: (additions: TrialAdditions) => Promise<void>
  readonly #refused: Refused[] = []
  #unsaved = new Unsaved()
  #hasUnsaved = false
  #writing: Promise<void> | undefined
  #soon: Promise<void> | undefined

  constructor(write: (additions: TrialAdditions) => Promise<void>) {
    this.#write = write
  }

  /** What the storage refused so far. */
  get refused(): readonly Refused[] {
    return this.#refused
  }

  addParam(name: string, param: TrialParam): void {
    this.#unsaved.params.set(name, param)
    this.#added()
  }

  addIntermediateValue(step: number, value: number): void {
    this.#unsaved.intermediateValues.set(step, value)
    this.#added()
  }

  addAttribute(kind: AttributeKind, key: string, value: JsonValue): void {
    const attributes = this.#unsaved[kind === 'user' ? 'userAttributes' : 'systemAttributes']
    Object.defineProperty(attributes, key, { value, enumerable: true, configurable: true, writable: true })
    this.#added()
  }

  /** Resolves when all that was added so far is in storage. @throws TuneError what the storage refused of it */
  async saved(): Promise<void> {
    while (this.#hasUnsaved) await (this.#soon ?? this.#save())
    await this.#writing
  }

  /** What is not in storage yet, to be written with the trial's end. */
  async rest(): Promise<TrialAdditions> {
    await this.#writing?.catch(() => {})
    return this.#take()
  }

  /** Writes each part by itself, and takes out those that are refused. @throws what else goes wrong */
  async writeEach(additions: TrialAdditions): Promise<void> {
    const parts = [...partsOf(additions)]
    for (const [i, [what, part]] of parts.entries()) {
      try {
        await this.#write(part)
      } catch (error) {
        if (isRefusal(error)) {
          this.#refused.push({ what, isParam: part.params !== undefined, error })
          continue
        }
        for (const [, unwritten] of parts.slice(i)) this.#giveBack(unwritten)
        throw error
      }
    }
  }

  /** Writes what was added, at once. */
  async #save(): Promise<void> {
    await this.#writing?.catch(() => {})
    if (!this.#hasUnsaved) return
    const additions = this.#take()
    this.#writing = this.#writeWhole(additions)
    try {
      await this.#writing
    } finally {
      this.#writing = undefined
    }
  }

  async #writeWhole(additions: TrialAdditions): Promise<void> {
    try {
      await this.#write(additions)
    } catch (error) {
      if (!isRefusal(error)) this.#giveBack(additions)
      else await this.writeEach(additions)
      throw error
    }
  }

  #added(): void {
    this.#hasUnsaved = true
    if (this.#soon !== undefined) return
    this.#soon = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#soon = undefined
      return this.#save()
    })
    this.#soon.catch(() => {})
  }

  #take(): TrialAdditions {
    const additions = this.#unsaved
    this.#unsaved = new Unsaved()
    this.#hasUnsaved = false
    return additions
  }

  /** What was added meanwhile is newer. */
  #giveBack(additions: TrialAdditions): void {
    const { params, intermediateValues, userAttributes, systemAttributes } = this.#unsaved
    for (const [name, param] of additions.params ?? []) if (!params.has(name)) params.set(name, param)
    for (const [step, value] of additions.intermediateValues ?? []) {
      if (!intermediateValues.has(step)) intermediateValues.set(step, value)
    }
    Object.assign(userAttributes, { ...additions.userAttributes, ...userAttributes })
    Object.assign(systemAttributes, { ...additions.systemAttributes, ...systemAttributes })
    this.#hasUnsaved = true
  }
}

/** Whether it is no use to try it again: what was to be written cannot be kept. */
export function isRefusal(error: unknown): error is TuneError {
  return isTuneError(error, 'INVALID_VALUE', 'INVALID_NAME', 'INCOMPATIBLE_DISTRIBUTION')
}

/** Additions one by one, but for intermediate values: numbers are never refused. */
function* partsOf(additions: TrialAdditions): Generator<readonly [what: string, part: TrialAdditions]> {
  const { params = new Map(), intermediateValues, userAttributes = {}, systemAttributes = {} } = additions
  for (const [name, param] of params) yield [`parameter ${name}`, { params: new Map([[name, param]]) }]
  if (intermediateValues !== undefined && intermediateValues.size > 0)
    yield ['intermediate values', { intermediateValues }]
  for (const [key, value] of Object.entries(userAttributes))
    yield [`attribute ${key}`, { userAttributes: { [key]: value } }]
  for (const [key, value] of Object.entries(systemAttributes))
    yield [`attribute ${key}`, { systemAttributes: { [key]: value } }]
}
