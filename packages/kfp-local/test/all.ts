/** Everything that comes, as a list. */
export async function all<T>(coming: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const each of coming) found.push(each)
  return found
}
