/** Handfuls of what comes, in order: what is done between two checkpoints, and in memory at a time. */
export async function* inSteps<T>(size: number, things: AsyncIterable<T>): AsyncGenerator<T[]> {
  let step: T[] = [];
  for await (const thing of things) {
    step.push(thing);
    if (step.length < size) continue;
    yield step;
    step = [];
  }
  if (step.length > 0) yield step;
}
