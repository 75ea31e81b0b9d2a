/** A promise that was broken; the message says which. */
class Broken extends Error {}

export function must(holds: unknown, promise: string): asserts holds {
  if (!holds) throw new Broken(promise);
}
