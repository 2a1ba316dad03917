import type { Clock } from '../clock/clock.ts'
import { describeThrown } from '../errors/describe.ts'
import { TuneError } from '../errors/tune-error.ts'
import type { Lease, StudyStorage } from '../storage/study-storage.ts'
import type { Notify } from './notice.ts'

/** A trial's lease, and what tells its evaluation that the lease is lost. */
interface KeptLease {
  readonly lease: Lease
  readonly number: number
  readonly lost: AbortController
  /** Until when nobody else may take the trial, by this process's clock. */
  until: number
}

/** The tokens of all leases that this process holds, of whichever study: it lives, so nobody here takes their trials. */
const held = new Set<string>()

/**
 * Renews the leases of the trials that this process runs, three times in the length of a lease, for as long as
 * the process lives. A lease that is lost, or that may be since it could not be renewed in time, aborts its evaluation.
 */
export class LeaseKeeper implements Disposable {
  readonly #leases = new Map<number, KeptLease>()
  readonly #storage: StudyStorage
  readonly #clock: Clock
  readonly #leaseMs: number
  readonly #notify: Notify
  #timer: Disposable | undefined
  #renewing: Promise<void> | undefined
  #isFailing = false

  constructor(storage: StudyStorage, clock: Clock, leaseMs: number, notify: Notify) {
    this.#storage = storage
    this.#clock = clock
    this.#leaseMs = leaseMs
    this.#notify = notify
  }

  /** The tokens of this process, in all its studies. */
  get held(): ReadonlySet<string> {
    return held
  }

  /** Keeps a lease until it is released. @returns what aborts when it is lost. */
  keep(lease: Lease, number: number): AbortSignal {
    const lost = new AbortController()
    this.#leases.set(lease.trialId, { lease, number, lost, until: this.#clock.now() + this.#leaseMs })
    held.add(lease.token)
    this.#timer ??= this.#clock.every(this.#leaseMs / 3, () => this.#tick())
    return lost.signal
  }

  release(lease: Lease): void {
    held.delete(lease.token)
    this.#leases.delete(lease.trialId)
    if (this.#leases.size === 0) this.#stop()
  }

  /** Renews all leases now. Never rejects: a renewal that fails is told, and tried again at the next turn. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  /** Lets all leases end now, so that whoever goes on need not wait for that. Never rejects: else they end in time. */
  async giveUp(): Promise<void> {
    this.#stop()
    // What it prolongs must not come after.
    await this.#renewing
    const leases = [...this.#leases.values()].map(({ lease }) => lease)
    this[Symbol.dispose]()
    if (leases.length > 0) await this.#storage.renewLeases(leases, 0).catch(() => {})
  }

  [Symbol.dispose](): void {
    this.#stop()
    for (const { lease } of this.#leases.values()) held.delete(lease.token)
  }

  #stop(): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
  }

  #tick(): void {
    // A renewal may be waiting for a server that does not answer, for longer than leases last. An answer that has
    // arrived already, as after the process was stopped and continued, is heard first.
    if (this.#renewing === undefined) void this.renew()
    else setImmediate(() => this.#renewing !== undefined && this.#abortOverdue())
  }

  async #renew(): Promise<void> {
    const kept = [...this.#leases.values()]
    if (kept.length === 0) return
    const until = this.#clock.now() + this.#leaseMs
    let lost: ReadonlySet<string>
    try {
      const leases = kept.map(({ lease }) => lease)
      lost = new Set((await this.#storage.renewLeases(leases, this.#leaseMs)).map(({ token }) => token))
    } catch (error) {
      this.#tellFailure(error)
      this.#abortOverdue()
      return
    }
    this.#isFailing = false
    for (const each of kept) {
      if (!lost.has(each.lease.token)) each.until = until
      else if (this.#leases.has(each.lease.trialId)) {
        this.release(each.lease)
        abort(each, 'its lease was lost')
      }
    }
  }

  #tellFailure(error: unknown): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#notify({
      code: 'RENEWAL_FAILED',
      message: `the leases of ${this.#leases.size} running trials could not be renewed: ${describeThrown(error)}`,
    })
  }

  /** Aborts the evaluations whose trials another process may have by now. */
  #abortOverdue(): void {
    const now = this.#clock.now()
    for (const kept of this.#leases.values())
      if (kept.until <= now) abort(kept, 'its lease could not be renewed')
  }
}

function abort({ lost, number }: KeptLease, why: string): void {
  lost.abort(
    new TuneError('LEASE_LOST', `trial ${number} may no longer belong to this process: ${why}`, { number }),
  )
}
