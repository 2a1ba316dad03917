import { distance } from 'fastest-levenshtein'

/** `did you mean trials?`, or which names there are where none is near. */
export function nearestName(name: string, names: readonly string[]): string {
  const [nearest] = names
    .map((candidate) => ({ candidate, edits: editsBetween(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.edits - b.edits)
  if (nearest !== undefined) return `did you mean ${nearest.candidate}?`
  return names.length === 0 ? 'there are none' : `there are ${names.join(', ')}`
}

/** How few letters a beginning must have to count as the name. */
const SHORTEST_BEGINNING = 3

function editsBetween(name: string, candidate: string): number {
  return name.length >= SHORTEST_BEGINNING && candidate.startsWith(name) ? 1 : distance(name, candidate)
}
