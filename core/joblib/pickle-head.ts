import { type Instance, Machine, Unreadable } from './pickle-machine.ts';

/** Below it a function makes the instances; joblib's default is 3 or 4. */
const FIRST_PROTOCOL = 2;
const LAST_PROTOCOL = 5;
const PROTO = 0x80;
/** joblib's own heads have fewer than 80. */
const MOST_OPCODES = 200;

/**
 * Runs a pickle up to where the first instance of a class has got its state.
 *
 * @returns the instance, and how many bytes were read.
 * @throws Unreadable where anything else is built along with it, or something that joblib does not write comes before.
 */
export function firstBuilt(className: string, head: Buffer): { instance: Instance; end: number } {
  const machine = new Machine(head);
  if (machine.byte() !== PROTO) throw new Unreadable();
  const protocol = machine.byte();
  if (protocol < FIRST_PROTOCOL || protocol > LAST_PROTOCOL) throw new Unreadable();
  for (let opcodes = 1; opcodes < MOST_OPCODES; opcodes++) {
    const operation = OPERATIONS.get(String.fromCharCode(machine.byte()));
    if (!operation) throw new Unreadable();
    operation(machine);
    machine.leaveFrame();
    if (machine.built?.callee === className) return { instance: machine.built, end: machine.end() };
  }
  throw new Unreadable();
}

type Operation = (machine: Machine) => void;

/** Those that joblib writes before an array's items, by the rules of Python's `inert/opcodes.py` or stricter ones. */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['\x95', (machine) => machine.startFrame()],
  ['(', (machine) => machine.mark()],
  // The memo.
  ['q', (machine) => machine.remember(machine.byte())],
  ['\x94', (machine) => machine.rememberNext()],
  ['h', (machine) => machine.recall(machine.byte())],
  // Names, calls and states.
  ['c', (machine) => machine.lookUp([machine.line(), machine.line()])],
  ['\x93', (machine) => machine.lookUp(machine.last(2))],
  ['R', (machine) => machine.call()],
  ['\x81', (machine) => machine.call()],
  ['b', (machine) => machine.build()],
  // Containers.
  [')', (machine) => machine.push([])],
  ['\x85', (machine) => machine.push(machine.last(1))],
  ['\x86', (machine) => machine.push(machine.last(2))],
  ['\x87', (machine) => machine.push(machine.last(3))],
  ['t', (machine) => machine.push(machine.popMark())],
  ['}', (machine) => machine.push(new Map())],
  ['u', (machine) => machine.addToDict(machine.popMark())],
  // Values.
  ['N', (machine) => machine.push(null)],
  ['\x88', (machine) => machine.push(true)],
  ['\x89', (machine) => machine.push(false)],
  ['J', (machine) => machine.push(machine.take(4).readInt32LE())],
  ['K', (machine) => machine.push(machine.byte())],
  ['M', (machine) => machine.push(machine.take(2).readUInt16LE())],
  ['\x8a', (machine) => machine.push(machine.integer(machine.byte()))],
  ['\x8c', (machine) => machine.push(machine.text(machine.byte()))],
  ['X', (machine) => machine.push(machine.text(machine.take(4).readUInt32LE()))],
]);
