const FIRST_CAPACITY = 64

type ColumnArray = Float64Array | Uint32Array | Uint8Array

/**
 * A column of numbers that only grows, in shared memory, so that a worker thread reads it without a copy.
 *
 * When it is full it moves to memory twice the size; whoever still holds the old view keeps a valid one, of the
 * rows that existed when it was handed out.
 */
export class Column<A extends ColumnArray> {
  view: A
  readonly #create: (memory: SharedArrayBuffer) => A
  readonly #blank: number

  /**
   * @param create makes the typed array over a piece of shared memory.
   * @param blank what stands in rows that were never written.
   */
  constructor(create: (memory: SharedArrayBuffer) => A, blank = 0) {
    this.#create = create
    this.#blank = blank
    this.view = this.#allocate(FIRST_CAPACITY)
  }

  set(row: number, value: number): void {
    this.reserve(row + 1)
    this.view[row] = value
  }

  /** Makes room for that many rows; new ones are blank. */
  reserve(rows: number): void {
    if (rows <= this.view.length) return
    const wider = this.#allocate(2 ** Math.ceil(Math.log2(rows)))
    wider.set(this.view)
    this.view = wider
  }

  #allocate(capacity: number): A {
    const bytes = this.#create(new SharedArrayBuffer(0)).BYTES_PER_ELEMENT * capacity
    const view = this.#create(new SharedArrayBuffer(bytes))
    if (this.#blank !== 0) view.fill(this.#blank)
    return view
  }
}

/** A column of doubles whose unwritten rows read as NaN. */
export function doubles(): Column<Float64Array> {
  return new Column((memory) => new Float64Array(memory), Number.NaN)
}
