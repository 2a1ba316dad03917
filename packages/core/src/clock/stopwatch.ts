/** Says how many seconds have gone by since it was made: for measurements, which decide nothing. */
export function stopwatch(): () => number {
  const begun = performance.now()
  return () => (performance.now() - begun) / 1000
}
