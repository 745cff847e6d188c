"""Pretty-printers for lldb:  (lldb) command script import <prefix>/share/hyperdb/hyperdb_lldb.py

Shows hyperdb::Rows<T> and RowPtr<T> with their rows; Value, Object, BigInt and Bytes as text.
`settings set target.max-children-count` says how many rows.
"""

import lldb

import hyperdb_memory as layout  # stands beside this file: lldb looks there

SHOWN_MAX = 200  # members and elements of a value, characters of a string
TEXTS = {"hyperdb::" + name: name.lower() for name in ("Value", "Object", "BigInt", "Bytes")}
CATEGORY = "hyperdb"


def memory_of(value):
    process, target = value.GetProcess(), value.GetTarget()

    def read_bytes(address, size):
        if size == 0:
            return b""
        error = lldb.SBError()
        data = process.ReadMemory(address, size, error) if 0 <= address < 1 << 64 else None
        if data is None or not error.Success() or len(data) != size:
            raise layout.NotReadable()
        return data

    def symbol_at(address):
        return target.ResolveLoadAddress(address).GetSymbol().GetName() or ""

    return layout.Memory(read_bytes, symbol_at)


def object_of(value):
    """The object itself, where lldb shows a reference or a pointer to it too."""
    value = value.GetNonSyntheticValue()
    while value.GetType().GetCanonicalType().IsReferenceType() or value.GetType().GetCanonicalType().IsPointerType():
        value = value.Dereference()
    return value


def pointer_in(value, *fields):
    """The pointer that is all there is in a result: the optimizer may keep it in a register."""
    pointer = value
    for field in fields:
        pointer = pointer.GetChildMemberWithName(field)
    if pointer.IsValid() and pointer.GetError().Success():
        return pointer.GetValueAsUnsigned()
    return memory_of(value).number(value.GetLoadAddress())  # an incomplete type


def type_of(value):
    return value.GetType().GetCanonicalType().GetUnqualifiedType()


def text_summary(value, _):
    value = object_of(value)
    kind = TEXTS[type_of(value).GetName()]
    return layout.ValueText(memory_of(value), SHOWN_MAX).of(kind, value.GetLoadAddress())


def rows_summary(value, _):
    value = object_of(value)
    try:
        return layout.Sequence(memory_of(value), pointer_in(value, "rows_", "body_")).summary()
    except layout.NotReadable:
        return "Rows: " + layout.NOT_READABLE


def row_ptr_summary(value, _):
    value = object_of(value)
    try:
        return "RowPtr" if pointer_in(value, "row_", "row_") else "RowPtr (empty)"
    except layout.NotReadable:
        return "RowPtr: " + layout.NOT_READABLE


class Rows:
    """Children: the rows."""

    def __init__(self, value, _):
        self.value = value
        self.update()

    def update(self):
        value = object_of(self.value)
        self.row_type = type_of(value).GetTemplateArgumentType(0)
        self.count, self.header_at = self.find_rows(value)
        return False

    def find_rows(self, value):
        try:
            sequence = layout.Sequence(memory_of(value), pointer_in(value, "rows_", "body_"))
        except layout.NotReadable:
            return 0, None
        return (sequence.size if sequence.row else 0), sequence.row

    def num_children(self):
        return self.count

    def has_children(self):
        return self.count > 0

    def name_of(self, index):
        return "[%d]" % index

    def get_child_index(self, name):
        return int(name.strip("[]"))

    def get_child_at_index(self, index):
        if not 0 <= index < self.count:
            return None
        try:
            header = self.header_at(index)
        except layout.NotReadable:
            return None
        alignment = self.row_type.GetByteAlign() if hasattr(self.row_type, "GetByteAlign") else 0
        address = layout.row_content(header, alignment or 8)
        return self.value.CreateValueFromAddress(self.name_of(index), address, self.row_type)


class RowPtr(Rows):
    """Children: the row, if there is one."""

    def find_rows(self, value):
        try:
            header = pointer_in(value, "row_", "row_")
        except layout.NotReadable:
            return 0, None
        return (1 if header else 0), lambda _: header

    def name_of(self, index):
        return "row"

    def get_child_index(self, name):
        return 0


def __lldb_init_module(debugger, _):
    def add(command):
        debugger.HandleCommand("type %s -w %s %s" % (command[0], CATEGORY, command[1]))

    for name in TEXTS:
        add(("summary add", "-F %s.text_summary %s" % (__name__, name)))
    for name, summary in (("Rows", "rows_summary"), ("RowPtr", "row_ptr_summary")):
        add(("summary add", "-e -F %s.%s -x '^hyperdb::%s<.+>$'" % (__name__, summary, name)))
        add(("synthetic add", "-l %s.%s -x '^hyperdb::%s<.+>$'" % (__name__, name, name)))
    debugger.HandleCommand("type category enable " + CATEGORY)
