/** Runs every measurement once a round, A B A B, so that whatever else the machine does meets all of them alike. */
export async function interleaved<K extends string, T>(
  what: readonly K[],
  rounds: number,
  measure: (name: K) => Promise<T>,
): Promise<Record<K, T[]>> {
  const runs = Object.fromEntries(what.map((name) => [name, [] as T[]])) as Record<K, T[]>;
  for (let round = 0; round < rounds; round++) for (const name of what) runs[name].push(await measure(name));
  return runs;
}

/** The run that took the least: other work on the machine only ever adds. */
export function least<T>(runs: readonly T[], figure: (run: T) => number): T {
  const [first, ...more] = runs;
  if (first === undefined) throw new Error('Nothing was measured.');
  return more.reduce((best, run) => (figure(run) < figure(best) ? run : best), first);
}

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = low] = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return (low + high) / 2;
}
