"""Pretty-printers for gdb:  (gdb) source <prefix>/share/hyperdb/hyperdb_gdb.py

Prints hyperdb::Rows<T> and RowPtr<T> with their rows; Value, Object, BigInt and Bytes as text. `set print elements`
says how much of each.
"""

import os
import re
import sys

import gdb
import gdb.printing
import gdb.types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hyperdb_memory as layout  # noqa: E402: stands beside this file
sys.path.pop(0)

TEXTS = {"hyperdb::" + name: name.lower() for name in ("Value", "Object", "BigInt", "Bytes")}


def read_bytes(address, size):
    try:
        return bytes(gdb.selected_inferior().read_memory(address, size)) if size else b""
    except (gdb.error, OverflowError) as error:
        raise layout.NotReadable() from error


def symbol_at(address):
    return gdb.execute("info symbol %d" % address, to_string=True)


MEMORY = layout.Memory(read_bytes, symbol_at)


def shown_max():
    return gdb.parameter("print elements") or sys.maxsize


def address_of(value):
    """Of what a reference refers to. 0 for what is not in memory."""
    if value.type.strip_typedefs().code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        value = value.referenced_value()
    return int(value.address) if value.address is not None else 0


def pointer_in(value, *fields):
    """The pointer that is all there is in a result: the optimizer may keep it in a register."""
    try:
        pointer = value
        for field in fields:
            pointer = pointer[field]
        return int(pointer)
    except gdb.error:  # an incomplete type
        return MEMORY.number(address_of(value))


def text_of(kind, address):
    return layout.ValueText(MEMORY, shown_max()).of(kind, address)


class RowReader:
    """Makes of a RowBox's address what gdb shows for the row."""

    def __init__(self, value):
        holder = gdb.types.get_basic_type(value.type)
        self.kind = TEXTS.get(re.sub(r"^hyperdb::\w+<(.*)>$", r"\1", str(holder)).strip())
        self.type = None
        try:
            self.type = gdb.types.get_basic_type(holder.template_argument(0))
        except gdb.error:
            pass  # the debug information does not have it

    def row_at(self, header):
        if self.kind is not None:
            return text_of(self.kind, layout.row_content(header, 8))
        if self.type is None or not self.type.sizeof:
            return "<incomplete type>"
        row = gdb.Value(layout.row_content(header, self.type.alignof or 8)).cast(self.type.pointer()).dereference()
        try:
            row.fetch_lazy()
            return row
        except gdb.error:
            return layout.NOT_READABLE


class TextPrinter:
    def __init__(self, value):
        self.text = text_of(TEXTS[str(gdb.types.get_basic_type(value.type))], address_of(value))

    def to_string(self):
        return self.text


class RowsPrinter:
    def __init__(self, value):
        self.reader = RowReader(value)
        try:
            self.sequence = layout.Sequence(MEMORY, pointer_in(value, "rows_", "body_"))
        except layout.NotReadable:
            self.sequence = None

    def to_string(self):
        return self.sequence.summary() if self.sequence else "Rows: " + layout.NOT_READABLE

    def children(self):
        # One more than gdb shows: so it says that there are more.
        for position, header in enumerate(self.sequence.rows(shown_max() + 1) if self.sequence else ()):
            yield "[%d]" % position, self.reader.row_at(header)

    def display_hint(self):
        return "array"


class RowPtrPrinter:
    def __init__(self, value):
        self.reader = RowReader(value)
        try:
            self.header = pointer_in(value, "row_", "row_")
        except layout.NotReadable:
            self.header = None

    def to_string(self):
        if self.header:
            return "RowPtr"
        return "RowPtr (empty)" if self.header == 0 else "RowPtr: " + layout.NOT_READABLE

    def children(self):
        if self.header:
            yield "row", self.reader.row_at(self.header)


PRINTERS = gdb.printing.RegexpCollectionPrettyPrinter("hyperdb")
PRINTERS.add_printer("Rows", r"^hyperdb::Rows<.*>$", RowsPrinter)
PRINTERS.add_printer("RowPtr", r"^hyperdb::RowPtr<.*>$", RowPtrPrinter)
PRINTERS.add_printer("values", "^(%s)$" % "|".join(re.escape(name) for name in TEXTS), TextPrinter)
gdb.printing.register_pretty_printer(None, PRINTERS, replace=True)
