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

/**
 * Writes what a running trial gains. What comes together is written together: one write at a time, begun when the
 * objective first waits. What could not be written stays, and goes with the next write or with the trial's end.
 */
export class TrialWriter {
  readonly #write: (additions: TrialAdditions) => Promise<void>
  #unsaved = new Unsaved()
  #hasUnsaved = false
  #writing: Promise<void> | undefined
  #soon: Promise<void> | undefined

  constructor(write: (additions: TrialAdditions) => Promise<void>) {
    this.#write = write
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
    this.#unsaved[kind === 'user' ? 'userAttributes' : 'systemAttributes'][key] = value
    this.#added()
  }

  /** Resolves when all that was added so far is in storage. */
  async saved(): Promise<void> {
    while (this.#hasUnsaved) await (this.#soon ?? this.#save())
    await this.#writing
  }

  /** Writes what was added, at once. */
  async #save(): Promise<void> {
    await this.#writing?.catch(() => {})
    if (!this.#hasUnsaved) return
    const additions = this.#take()
    this.#writing = this.#write(additions)
    try {
      await this.#writing
    } catch (error) {
      this.#giveBack(additions)
      throw error
    } finally {
      this.#writing = undefined
    }
  }

  /** What is not in storage yet, to be written with the trial's end. */
  async rest(): Promise<TrialAdditions> {
    await this.#writing?.catch(() => {})
    return this.#take()
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
