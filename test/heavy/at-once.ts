/** Does so many things at a time, in order; answers in the same order. */
export async function atOnce<T, R>(
  limit: number,
  things: readonly T[],
  action: (thing: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = things.entries();
  const work = async () => {
    for (const [index, thing] of waiting) results[index] = await action(thing);
  };
  await Promise.all(Array.from({ length: limit }, work));
  return results;
}
