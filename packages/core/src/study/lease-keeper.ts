import type { Clock } from '../clock/clock.ts'
import { TuneError } from '../errors/tune-error.ts'
import type { Lease, StudyStorage } from '../storage/study-storage.ts'

/** A trial's lease, and what tells its evaluation that the lease is lost. */
interface KeptLease {
  readonly lease: Lease
  readonly number: number
  readonly lost: AbortController
}

/**
 * Renews the leases of the trials that this process runs, three times in the length of a lease, for as long as
 * the process lives. A lease that turns out to be lost aborts its evaluation.
 */
export class LeaseKeeper implements Disposable {
  readonly #leases = new Map<number, KeptLease>()
  readonly #storage: StudyStorage
  readonly #clock: Clock
  readonly #leaseMs: number
  #timer: Disposable | undefined

  constructor(storage: StudyStorage, clock: Clock, leaseMs: number) {
    this.#storage = storage
    this.#clock = clock
    this.#leaseMs = leaseMs
  }

  /** Keeps a lease until it is released. @returns what aborts when it is lost. */
  keep(lease: Lease, number: number): AbortSignal {
    const lost = new AbortController()
    this.#leases.set(lease.trialId, { lease, number, lost })
    this.#timer ??= this.#clock.every(this.#leaseMs / 3, () => void this.#renew())
    return lost.signal
  }

  release(lease: Lease): void {
    this.#leases.delete(lease.trialId)
    if (this.#leases.size === 0) this[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
  }

  async #renew(): Promise<void> {
    const held = [...this.#leases.values()].map(({ lease }) => lease)
    // A renewal that fails is tried again at the next turn; if the lease runs out meanwhile, the tell says so.
    const lost = await this.#storage.renewLeases(held, this.#leaseMs).catch(() => [])
    for (const { trialId } of lost) {
      const kept = this.#leases.get(trialId)
      if (kept === undefined) continue
      this.#leases.delete(trialId)
      kept.lost.abort(
        new TuneError(
          'LEASE_LOST',
          `trial ${kept.number} no longer belongs to this process: its lease was lost`,
          {
            number: kept.number,
          },
        ),
      )
    }
  }
}
