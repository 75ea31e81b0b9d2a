import fc from 'fast-check';

/** Opcodes, sizes, and what stands in a header: these do more than other bytes. */
const TELLING = Buffer.from(
  '\0\x01\x02\x03\x10\xff()}btuRNJKMXchq\x80\x81\x85\x86\x87\x88\x89\x8a\x8c\x93\x94\x95<>|CFiuf1248',
  'latin1',
);
const LONGEST = 24;

interface Edit {
  at: number;
  removed: number;
  /** Bytes, or what stands somewhere in another head. */
  put: readonly number[] | { from: number; size: number };
}

const byte = fc.oneof(fc.constantFrom(...TELLING), fc.nat(255));
const size = fc.nat(LONGEST);
const nothing = fc.constant(0);
const at = fc.nat();

const edit = fc.oneof(
  { weight: 4, arbitrary: fc.record({ at, removed: fc.constant(1), put: fc.tuple(byte) }) },
  fc.record({ at, removed: nothing, put: fc.array(byte, { maxLength: LONGEST }) }),
  fc.record({ at, removed: size, put: fc.constant([]) }),
  fc.record({ at, removed: fc.oneof(nothing, size), put: fc.record({ from: at, size }) }),
);

function edited(head: Buffer, { at, removed, put }: Edit, other: Buffer): Buffer {
  const place = at % (head.length + 1);
  const bytes = 'from' in put ? piece(other, put.from % (other.length + 1), put.size) : Buffer.from(put);
  return Buffer.concat([head.subarray(0, place), bytes, head.subarray(place + removed)]);
}

const piece = (bytes: Buffer, from: number, size: number) => bytes.subarray(from, from + size);

/** Damaged heads, the same ones for the same seed. */
export function mutantsOf(heads: readonly Buffer[], count: number, seed: number): Buffer[] {
  const head = fc.constantFrom(...heads);
  const mutant = fc
    .tuple(head, head, fc.array(edit, { minLength: 1, maxLength: 2 }))
    .map(([first, other, edits]) => edits.reduce((bytes, one) => edited(bytes, one, other), first));
  return fc.sample(mutant, { numRuns: count, seed });
}
