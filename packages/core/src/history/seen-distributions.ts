import { cardinality, type Distribution, sameDistribution } from '../space/index.ts'
import { Column } from './column.ts'
import type { HistorySnapshot } from './history-snapshot.ts'

interface Seen {
  readonly distributions: readonly Distribution[]
  readonly indices: Column<Uint32Array> | undefined
}

/** Under which distributions parameters were seen. Ranges that depend on other parameters make it several. */
export class SeenDistributions {
  readonly #seen = new Map<string, Seen>()

  /** Notes the distribution of a parameter in a row. */
  add(row: number, name: string, distribution: Distribution): void {
    const { distributions, indices } = this.#seen.get(name) ?? { distributions: [], indices: undefined }
    const known = distributions.findIndex((other) => countsAsOne(other, distribution))
    if (known === 0 && indices === undefined && distributions.length === 1) return
    const isNew = known < 0
    const all = isNew ? [...distributions, distribution] : distributions
    // Rows before the second distribution was seen have index 0, which is what an unwritten row reads as.
    const column = all.length > 1 ? (indices ?? new Column((memory) => new Uint32Array(memory))) : undefined
    column?.set(row, isNew ? all.length - 1 : known)
    this.#seen.set(name, { distributions: all, indices: column })
  }

  snapshot(rows: number): Pick<HistorySnapshot, 'distributions' | 'distributionIndices'> {
    const distributions: Record<string, readonly Distribution[]> = {}
    const distributionIndices: Record<string, Uint32Array> = {}
    for (const [name, seen] of this.#seen) {
      distributions[name] = seen.distributions
      seen.indices?.reserve(rows)
      if (seen.indices !== undefined) distributionIndices[name] = seen.indices.view
    }
    return { distributions, distributionIndices }
  }
}

function countsAsOne(a: Distribution, b: Distribution): boolean {
  return sameDistribution(a, b) || (cardinality(a) === Infinity && cardinality(b) === Infinity)
}
