const WINDOW_MS = 30_000;

/**
 * Rows per second over the last half minute. Rows arrive a chunk at a time, so a shorter window would jump; a
 * mean since the start would tell of a cold start long after it.
 */
export class RateWindow {
  readonly #samples: { at: number; rows: number }[] = [];

  /** @param at milliseconds of a clock that only goes forward. */
  add(at: number, rows: number): void {
    this.#samples.push({ at, rows });
    while ((this.#samples[1]?.at ?? at) <= at - WINDOW_MS) this.#samples.shift();
  }

  get rowsPerSecond(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.at === first.at || last.rows === first.rows) return undefined;
    return ((last.rows - first.rows) / (last.at - first.at)) * 1000;
  }
}
