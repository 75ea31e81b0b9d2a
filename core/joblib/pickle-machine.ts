/**
 * A pickle's stack and memo, on placeholders: nothing that has a name is looked up, called or made, and no value is ever walked
 * through. The bytes may be a stranger's: whatever they are, each step takes at least one of them or is refused.
 */

/** The bytes are no pickle, or none that joblib writes. Tells whoever runs the machine, and goes no further. */
export class Unreadable extends Error {}

/** What stands for a global: its name, as `module:name`. */
export class Global {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A call that is not made, and the state that would be set on its result. */
export class Instance {
  readonly callee: string;
  readonly args: readonly Value[];
  state: Value | undefined;

  constructor(callee: string, args: readonly Value[]) {
    this.callee = callee;
    this.args = args;
  }
}

/**
 * A tuple is an array, a dict a map. Numbers are integers of at most 48 bits. Texts have a character a byte: all names that matter
 * are ASCII, and no other bytes spell one of them.
 */
export type Value = null | boolean | number | string | Value[] | Map<string, Value> | Global | Instance;

const NEWLINE = 0x0a;
const LONGEST_INTEGER = 6;

export class Machine {
  /** What got its state last. */
  built: Instance | undefined;
  readonly #bytes: Buffer;
  #at = 0;
  #frameEnd: number | undefined;
  #stack: Value[] = [];
  readonly #marked: Value[][] = [];
  readonly #memo = new Map<number, Value>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** How many bytes were read, once nothing is unfinished but the one value. */
  end(): number {
    if (this.#stack.length !== 1 || this.#marked.length > 0 || this.#frameEnd !== undefined) {
      throw new Unreadable();
    }
    return this.#at;
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  take(count: number): Buffer {
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    if (taken.length < count) throw new Unreadable();
    this.#at += count;
    return taken;
  }

  text(size: number): string {
    return this.take(size).toString('latin1');
  }

  line(): string {
    const size = this.#bytes.indexOf(NEWLINE, this.#at) - this.#at;
    if (size < 0) throw new Unreadable();
    const line = this.text(size);
    this.#at++;
    return line;
  }

  integer(size: number): number {
    if (size > LONGEST_INTEGER) throw new Unreadable();
    return size === 0 ? 0 : this.take(size).readIntLE(0, size);
  }

  /** Frames lie one behind the other. */
  startFrame(): void {
    const size = Number(this.take(8).readBigUInt64LE());
    if (this.#frameEnd !== undefined) throw new Unreadable();
    this.#frameEnd = this.#at + size;
  }

  leaveFrame(): void {
    if (this.#frameEnd === undefined || this.#at < this.#frameEnd) return;
    if (this.#at > this.#frameEnd) throw new Unreadable();
    this.#frameEnd = undefined;
  }

  push(value: Value): void {
    this.#stack.push(value);
  }

  /** Takes so many values, none from before a mark. */
  last(count: number): Value[] {
    if (this.#stack.length < count) throw new Unreadable();
    return this.#stack.splice(-count);
  }

  mark(): void {
    this.#marked.push(this.#stack);
    this.#stack = [];
  }

  popMark(): Value[] {
    const values = this.#stack;
    const before = this.#marked.pop();
    if (!before) throw new Unreadable();
    this.#stack = before;
    return values;
  }

  remember(index: number): void {
    const value = this.#stack.at(-1);
    if (value === undefined) throw new Unreadable();
    this.#memo.set(index, value);
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new Unreadable();
    this.push(value);
  }

  lookUp([module, name]: Value[]): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw new Unreadable();
    this.push(new Global(`${module}:${name}`));
  }

  call(): void {
    const [callee, args] = this.last(2);
    if (!(callee instanceof Global) || !Array.isArray(args)) throw new Unreadable();
    this.push(new Instance(callee.name, args));
  }

  build(): void {
    const [target, state] = this.last(2);
    if (!(target instanceof Instance) || target.state !== undefined) throw new Unreadable();
    target.state = state;
    this.built = target;
    this.push(target);
  }

  addToDict(pairs: Value[]): void {
    const target = this.#stack.at(-1);
    if (!(target instanceof Map)) throw new Unreadable();
    for (let i = 0; i < pairs.length; i += 2) {
      const [key, value] = pairs.slice(i, i + 2);
      if (typeof key !== 'string' || value === undefined || target.has(key)) throw new Unreadable();
      target.set(key, value);
    }
  }
}
