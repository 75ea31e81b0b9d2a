const MOST = 40;

/** Some items of a sequence, evenly spread over it however long it turns out to be. */
export class SpreadSample<T> {
  taken: T[] = [];
  #every = 1;
  #seen = 0;

  /** @param make is called where the item is taken. */
  add(make: () => T): void {
    if (this.#seen++ % this.#every !== 0) return;
    this.taken.push(make());
    if (this.taken.length < MOST) return;
    this.taken = this.taken.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }
}
