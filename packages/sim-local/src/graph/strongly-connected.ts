/**
 * The largest set of vertices that can all be reached from each other.
 *
 * Source: R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Computing 1(2), 1972; with a stack of its
 * own instead of recursion.
 */
export function largestComponent(edges: readonly (readonly number[])[]): readonly number[] {
  const n = edges.length
  const index = new Int32Array(n).fill(-1)
  const low = new Int32Array(n)
  const next = new Int32Array(n)
  const isOpen = new Uint8Array(n)
  const open: number[] = []
  let largest: number[] = []
  let count = 0
  for (let root = 0; root < n; root++) {
    if (index[root] !== -1) continue
    const path = [root]
    while (path.length > 0) {
      const v = path.at(-1) as number
      if (next[v] === 0) {
        index[v] = low[v] = count++
        open.push(v)
        isOpen[v] = 1
      }
      const targets = edges[v] as readonly number[]
      const place = next[v] as number
      if (place < targets.length) {
        const w = targets[place] as number
        next[v] = place + 1
        if (index[w] === -1) path.push(w)
        else if (isOpen[w] === 1) low[v] = Math.min(low[v] as number, index[w] as number)
        continue
      }
      // A vertex without edges must not be opened again.
      next[v] = place + 1
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[v] as number)
      if (low[v] !== index[v]) continue
      const component = open.splice(open.indexOf(v))
      for (const w of component) isOpen[w] = 0
      if (component.length > largest.length) largest = component
    }
  }
  return largest.toSorted((a, b) => a - b)
}
