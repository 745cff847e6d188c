"""How HyperDB's values and results stand in the memory of a 64-bit, little-endian program built with libstdc++.

Shared by the printers for gdb and lldb. Nothing here needs debug information of the library or runs code of the
program, so it works on core dumps too. What is not initialized, or damaged, is shown as `<not readable>`.
"""

import json
import math
import re
import struct

VALUE_SIZE = 40
VALUE_KIND_OFFSET = 32  # behind the largest alternative
STRING_SIZE = 32
MEMBER_SIZE = STRING_SIZE + VALUE_SIZE
HEADER_SIZE = 13        # of RowHeader without the padding at its end, where a row may begin
BODY_SIZE = 16          # of RowSequenceBody
DEPTH_MAX = 20
NAME_SHOWN_MAX = 60
BYTES_SHOWN_MAX = 16
LIMBS_SHOWN_MAX = 16    # 64 bits each
NOT_READABLE = "<not readable>"
VTABLE = re.compile(r"^vtable for hyperdb::detail::(\w+::)?(\w+)")


class NotReadable(Exception):
    """The memory is not there, or does not hold what it should."""


class Memory:
    """Reads numbers by `read_bytes(address, size)`, which throws NotReadable. `symbol_at(address)` names a symbol."""

    def __init__(self, read_bytes, symbol_at):
        self.read_bytes = read_bytes
        self.symbol_at = symbol_at

    def number(self, address, code="Q"):
        return struct.unpack("<" + code, self.read_bytes(address, struct.calcsize(code)))[0]

    def string(self, address, size_max):
        """(the first bytes of a std::string, whether there are more)"""
        data, size = self.number(address), self.number(address + 8)
        if size >= 1 << 40:
            raise NotReadable()
        return self.read_bytes(data, min(size, size_max)), size > size_max

    def vector(self, address, element_size):
        """(address of the first element, number of elements)"""
        begin, end = self.number(address), self.number(address + 8)
        if end < begin or (end - begin) % element_size != 0:
            raise NotReadable()
        return begin, (end - begin) // element_size


def row_content(header, alignment):
    """The address of the row in the RowBox at `header`."""
    return -(-HEADER_SIZE // alignment) * alignment + header


class ValueText:
    """Values as text in the style of JSON. Shows at most `shown_max` members and elements in all, and as many
    characters of each string."""

    def __init__(self, memory, shown_max):
        self.memory = memory
        self.shown_max = shown_max
        self.left = shown_max

    def of(self, kind, address):
        """`kind`: value, object, bigint or bytes."""
        try:
            return getattr(self, kind)(address, 0) if kind in ("value", "object") else getattr(self, kind)(address)
        except NotReadable:
            return NOT_READABLE

    def value(self, address, depth):
        kind = self.memory.number(address + VALUE_KIND_OFFSET, "B")
        if kind > 8:
            raise NotReadable()
        if kind < 2:
            return ("undefined", "null")[kind]
        if kind == 2:
            return "true" if self.memory.number(address, "B") else "false"
        if kind == 7:
            begin, count = self.memory.vector(address, VALUE_SIZE)
            elements = ((self.value, begin + i * VALUE_SIZE) for i in range(count))
            return "[%s]" % self.joined(elements, depth)
        if kind == 8:
            return self.object(address, depth)
        return (self.double, self.bigint, self.string, self.bytes)[kind - 3](address)

    def object(self, address, depth):
        begin, count = self.memory.vector(address, MEMBER_SIZE)
        start = self.memory.number(address + 24)
        if start > count:
            raise NotReadable()
        members = ((self.member, begin + i * MEMBER_SIZE) for i in range(start, count))
        return "{%s}" % self.joined(members, depth)

    def member(self, address, depth):
        return "%s: %s" % (self.string(address, NAME_SHOWN_MAX), self.value(address + STRING_SIZE, depth))

    def joined(self, parts, depth):
        texts = []
        for write, address in parts:
            if self.left <= 0 or depth >= DEPTH_MAX:
                texts.append("...")
                break
            self.left -= 1
            texts.append(write(address, depth + 1))
        return ", ".join(texts)

    def double(self, address):
        number = self.memory.number(address, "d")
        if math.isnan(number):
            return "NaN"
        if math.isinf(number):
            return "Infinity" if number > 0 else "-Infinity"
        return re.sub(r"\.0$", "", repr(number))

    def string(self, address, size_max=None):
        data, is_cut = self.memory.string(address, size_max or self.shown_max)
        return json.dumps(data.decode("utf-8", "replace"), ensure_ascii=False) + ("..." if is_cut else "")

    def bigint(self, address):
        large = self.memory.number(address + 8)
        if large == 0:
            return "%dn" % self.memory.number(address, "q")
        # A Boost cpp_int: two limbs or (capacity, pointer to limbs), number of limbs, sign, whether the limbs are here.
        count, is_negative, is_inside, _ = struct.unpack("<Q3B", self.memory.read_bytes(large + 16, 11))
        if count == 0 or is_inside > 1 or (is_inside and count > 2):
            raise NotReadable()
        if count > LIMBS_SHOWN_MAX:
            return "<an integer of about %d bits>" % (count * 64)
        limbs = self.memory.read_bytes(large if is_inside else self.memory.number(large + 8), count * 8)
        return "%s%dn" % ("-" if is_negative else "", int.from_bytes(limbs, "little"))

    def bytes(self, address):
        data, is_cut = self.memory.string(address, BYTES_SHOWN_MAX)
        size = self.memory.number(address + 8)
        return "<%d bytes%s%s%s>" % (size, ": " if size else "", data.hex(" "), "..." if is_cut else "")


class Sequence:
    """The rows of a RowSequenceBody. `kind` is a text for the user, `size` the number of rows."""

    def __init__(self, memory, body):
        """Throws NotReadable for a body of a class that is not known here."""
        self.memory = memory
        self.body = body
        self.kind, self.size, self.row = "", 0, None
        if body == 0:
            return
        found = VTABLE.match(memory.symbol_at(memory.number(body)))
        name = found.group(2) if found else None
        if name == "RowArray":
            self.kind, self.size, self.row = "copied", memory.number(body + BODY_SIZE), self.row_of_array
        elif name == "TreeWindow":
            self.kind, self.size, self.row = "window", memory.number(body + BODY_SIZE + 16), self.row_of_window
            self.root, self.first = memory.number(body + BODY_SIZE), memory.number(body + BODY_SIZE + 8)
            self.is_reversed = memory.number(body + BODY_SIZE + 32, "B") != 0
        elif name == "CountedRows":
            self.kind, self.size = "counted only", memory.number(body + BODY_SIZE)
        else:
            raise NotReadable()

    def row_of_array(self, position):
        return self.memory.number(self.body + BODY_SIZE + 8 + 8 * position)

    def row_of_window(self, position):
        """Walks down the B+tree to the row of that rank: see src/driver/memory/node.hpp for the layout of a node."""
        rank = self.first + (self.size - 1 - position if self.is_reversed else position)
        node = self.root
        while True:
            level, count, capacity = struct.unpack("<3H", self.memory.read_bytes(node + 12, 6))
            arrays = node + 48
            if level == 0:
                if rank >= count:
                    raise NotReadable()
                return self.memory.number(arrays + 8 * (capacity + rank))
            counts = struct.unpack("<%dQ" % count, self.memory.read_bytes(arrays + 8 * capacity, 8 * count))
            child = 0
            while child < count and rank >= counts[child]:
                rank -= counts[child]
                child += 1
            if child == count:
                raise NotReadable()
            node = self.memory.number(arrays + 8 * (2 * capacity + child))

    def rows(self, shown_max):
        """The addresses of the first rows; ends early where memory can't be read."""
        for position in range(min(self.size, shown_max) if self.row else 0):
            try:
                yield self.row(position)
            except NotReadable:
                return

    def summary(self):
        rows = "%d row%s" % (self.size, "" if self.size == 1 else "s")
        return "Rows of %s%s" % (rows, " (%s)" % self.kind if self.kind else "")
