"""The opcodes of pickle, protocols 0 to 5.

They are followed exactly where Python's own two unpicklers agree. Where those differ, or where what they would do
depends on what a call gives, the pickle is refused: a file must not mean one thing here and another there.
"""

import re
import struct
from collections.abc import Callable
from math import isinf
from typing import Any

from .machine import LONGEST_KEPT, Machine
from .reader import CannotJudge, Malformed
from .values import OPAQUE, Elements, Pairs

Operation = Callable[[Machine], None]

_INTEGER = re.compile(rb"0|-?[1-9][0-9]*")
_FLOAT = re.compile(rb"nan|-?inf|-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
_LONGEST_KEPT_INTEGER = 18
_INDEX = re.compile(rb"[0-9]{1,10}")
_STOP = ord(".")


def run(machine: Machine) -> Any:
    """The value that the pickle builds; the reader stands behind its last byte.

    Raises:
        Malformed: It is no pickle.
        CannotJudge: It is one that is refused.
    """
    try:
        _run(machine)
    except (IndexError, KeyError):
        raise Malformed("it takes what is not there") from None
    except EOFError:
        raise Malformed("it ends early") from None
    except (ValueError, struct.error):
        raise Malformed("it holds a value that does not parse") from None
    if machine.frame_end is not None or machine.marked or len(machine.stack) != 1:
        raise Malformed("it stops before its end")
    return machine.stack[0]


def _run(machine: Machine) -> None:
    byte = machine.reader.byte
    while (opcode := byte()) != _STOP:
        machine.opcodes_left -= 1
        if machine.opcodes_left < 0:
            raise CannotJudge("it holds too many opcodes")
        operation = _OPERATIONS.get(opcode)
        if operation is None:
            raise Malformed(f"it has an opcode {opcode} that does not exist")
        operation(machine)
        if machine.frame_end is not None:
            machine.leave_frame()
    machine.leave_frame()


def _container(kind: type) -> Operation:
    def put(machine: Machine) -> None:
        machine.count_made()
        machine.push(kind())

    return put


def _marked_container(kind: type) -> Operation:
    def put(machine: Machine) -> None:
        values = machine.pop_mark()
        machine.count_made()
        if kind is Elements:
            machine.check_hashed(values)
        machine.hold(values)
        if kind is Pairs and len(values) % 2:
            raise Malformed("a key has no value")
        if kind is Pairs:
            machine.check_hashed(values[::2])
        machine.push(kind(values))

    return put


def _constant(value: Any) -> Operation:
    return lambda machine: machine.push(value)


def _refused(what: str) -> Operation:
    def refuse(_: Machine) -> None:
        raise CannotJudge(f"it has {what}")

    return refuse


def _pop_mark(machine: Machine) -> None:
    machine.pop_mark()


def _append(machine: Machine) -> None:
    machine.add_to_list(machine.last(1))


def _set_item(machine: Machine) -> None:
    machine.add_to_dict(machine.last(2))


def _reduce(machine: Machine) -> None:
    callee, args = machine.last(2)
    machine.push(machine.call(callee, args))


def _new(machine: Machine) -> None:
    callee, args = machine.last(2)
    machine.push(machine.new(callee, args))


def _new_with_keywords(machine: Machine) -> None:
    callee, args, keywords = machine.last(3)
    if type(keywords) is not Pairs or type(args) is not tuple:
        raise CannotJudge("it makes an instance with what are no arguments")
    # Not flattened: the same arguments may be taken over and over. No library has calls of such a shape.
    machine.hold([args, keywords])
    machine.push(machine.call(callee, (args, keywords)))


def _instance(machine: Machine) -> None:
    module, name = _name_line(machine, "ascii"), _name_line(machine, "ascii")
    args = machine.pop_mark()
    machine.hold(args)
    machine.look_up(module, name)
    machine.push(machine.call(machine.pop(), tuple(args)))


def _object(machine: Machine) -> None:
    callee, *args = machine.pop_mark()
    machine.hold(args)
    machine.push(machine.call(callee, tuple(args)))


def _build(machine: Machine) -> None:
    target, state = machine.last(2)
    machine.hold([state])
    machine.push(machine.build(target, state))


def _global(machine: Machine) -> None:
    machine.look_up(_name_line(machine, "utf-8"), _name_line(machine, "utf-8"))


def _name_line(machine: Machine, encoding: str) -> str:
    line = machine.reader.line(LONGEST_KEPT)
    return line.decode(encoding)


def _stack_global(machine: Machine) -> None:
    module, name = machine.last(2)
    machine.look_up(module, name)


def _integer_line(machine: Machine) -> None:
    line = machine.reader.line()
    truths = {b"00": False, b"01": True}
    machine.push(truths[line] if line in truths else _integer(line))


def _long_line(machine: Machine) -> None:
    machine.push(_integer(machine.reader.line().removesuffix(b"L")))


def _integer(line: bytes) -> Any:
    """As Python writes it: of `010` one unpickler makes 8, one an error, and of `-0` one makes False."""
    if not _INTEGER.fullmatch(line):
        raise ValueError
    return int(line) if len(line) <= _LONGEST_KEPT_INTEGER else OPAQUE


def _index(machine: Machine) -> int:
    line = machine.reader.line()
    if not _INDEX.fullmatch(line):
        raise Malformed("an index of its memo is no number")
    return int(line)


def _float_line(machine: Machine) -> None:
    line = machine.reader.line(LONGEST_KEPT)
    number = float(line)
    if not _FLOAT.fullmatch(line) or (isinf(number) and b"inf" not in line):
        raise ValueError  # The unpicklers differ over spaces, underscores and what is too large.
    machine.push(number)


def _long(size: int) -> Operation:
    def put(machine: Machine) -> None:
        data = machine.blob(machine.unsigned(size))
        machine.push(int.from_bytes(data, "little", signed=True) if type(data) is bytes else OPAQUE)

    return put


def _unicode_line(machine: Machine) -> None:
    line = machine.reader.line()
    machine.count_kept(min(len(line), LONGEST_KEPT))
    machine.push(OPAQUE if len(line) > LONGEST_KEPT else line.decode("raw-unicode-escape"))


_OPERATIONS: dict[int, Operation] = {
    ord(opcode): operation
    for opcode, operation in {
        "(": lambda machine: machine.mark(),
        "0": Machine.drop,
        "1": _pop_mark,
        "2": lambda machine: machine.push(machine.stack[-1]),
        "\x80": Machine.start_protocol,
        "\x95": Machine.start_frame,
        # Names, calls and states.
        "c": _global,
        "\x93": _stack_global,
        "R": _reduce,
        "\x81": _new,
        "\x92": _new_with_keywords,
        "i": _instance,
        "o": _object,
        "b": _build,
        # Containers.
        "]": _container(list),
        "}": _container(Pairs),
        "\x8f": _container(Elements),
        ")": _constant(()),
        "l": _marked_container(list),
        "d": _marked_container(Pairs),
        "\x91": _marked_container(Elements),
        "t": lambda machine: machine.put_tuple(machine.pop_mark()),
        "\x85": lambda machine: machine.put_tuple(machine.last(1)),
        "\x86": lambda machine: machine.put_tuple(machine.last(2)),
        "\x87": lambda machine: machine.put_tuple(machine.last(3)),
        "a": _append,
        "e": lambda machine: machine.add_to_list(machine.pop_mark()),
        "s": _set_item,
        "u": lambda machine: machine.add_to_dict(machine.pop_mark()),
        "\x90": lambda machine: machine.add_to_set(machine.pop_mark()),
        # The memo.
        "p": lambda machine: machine.remember(_index(machine)),
        "q": lambda machine: machine.remember(machine.reader.byte()),
        "r": lambda machine: machine.remember(machine.unsigned(4)),
        "\x94": Machine.remember_next,
        "g": lambda machine: machine.recall(_index(machine)),
        "h": lambda machine: machine.recall(machine.reader.byte()),
        "j": lambda machine: machine.recall(machine.unsigned(4)),
        # Values.
        "N": _constant(None),
        "\x88": _constant(True),
        "\x89": _constant(False),
        "I": _integer_line,
        "L": _long_line,
        "J": lambda machine: machine.push(struct.unpack("<i", machine.reader.read(4))[0]),
        "K": lambda machine: machine.push(machine.reader.byte()),
        "M": lambda machine: machine.push(machine.unsigned(2)),
        "\x8a": _long(1),
        "\x8b": _long(4),
        "F": _float_line,
        "G": lambda machine: machine.push(struct.unpack(">d", machine.reader.read(8))[0]),
        "V": _unicode_line,
        "\x8c": lambda machine: machine.push(machine.text(machine.reader.byte())),
        "X": lambda machine: machine.push(machine.text(machine.unsigned(4))),
        "\x8d": lambda machine: machine.push(machine.text(machine.unsigned(8))),
        "C": lambda machine: machine.push(machine.blob(machine.reader.byte())),
        "B": lambda machine: machine.push(machine.blob(machine.unsigned(4))),
        "\x8e": lambda machine: machine.push(machine.blob(machine.unsigned(8))),
        "\x96": lambda machine: machine.push(machine.blob(machine.unsigned(8))),
        # What no model needs, and what nobody can judge.
        "S": _refused("a text of Python 2, which one depends on an encoding"),
        "U": _refused("a text of Python 2, which one depends on an encoding"),
        "T": _refused("a text of Python 2, which one depends on an encoding"),
        "P": _refused("a persistent id"),
        "Q": _refused("a persistent id"),
        "\x82": _refused("a code of the extension registry"),
        "\x83": _refused("a code of the extension registry"),
        "\x84": _refused("a code of the extension registry"),
        "\x97": _refused("a buffer that is not in the file"),
        "\x98": _refused("a buffer that is not in the file"),
    }.items()
}
