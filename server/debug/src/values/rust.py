"""How Rust's values are shown by LLDB.

Loaded by `command script import`. A value is one line, as `{:?}` would print it, bounded in length and depth, and its children are
what a reader looks for: elements, entries, the fields of the variant that it is. LLDB calls the variants of an enum by the low 32
bits of their discriminants, so those are compared with that in mind, and what is not understood is shown as LLDB shows it.
"""

import re

import lldb

ITEMS = 8  # how many elements a line has
CHILDREN = 1000  # how many elements can be unfolded
TEXT = 200  # how many bytes of a string are shown
DEPTH = 4  # how deep a line looks
LINE = 400  # how long a line may be


def outer_name(name):
    """The name without its generic arguments and references: `alloc::vec::Vec`."""
    return name.split("<", 1)[0].strip()


def last_part(name):
    """The last part of a path, where `<…>` is no path."""
    depth, at = 0, 0
    for index, letter in enumerate(name):
        if letter == "<":
            depth += 1
        elif letter == ">":
            depth -= 1
        elif letter == ":" and depth == 0:
            at = index + 1
    return name[at:].split("<", 1)[0]


def raw(value):
    return value.GetNonSyntheticValue()


def member(value, *path):
    """A member inside of members; `None` if one is not there."""
    for name in path:
        value = raw(value).GetChildMemberWithName(name)
        if not value.IsValid():
            return None
    return value


def unwrapped(value):
    """What is inside of wrappers with one field: `Unique`, `NonNull`, `Cap`, `UnsafeCell`, `ManuallyDrop`."""
    for _ in range(6):
        inner = None
        for name in ("pointer", "__0", "value", "inner"):
            inner = member(value, name)
            if inner is not None:
                break
        if inner is None or value.GetType().IsPointerType():
            return value
        value = inner
    return value


def number(value):
    return None if value is None else unwrapped(value).GetValueAsUnsigned()


def template(value, index):
    """A generic argument's type."""
    found = value.GetType().GetUnqualifiedType().GetTemplateArgumentType(index)
    return found if found.IsValid() else None


def bytes_at(value, address, length):
    if not address or length < 0 or length > (1 << 40):
        return None
    if length == 0:
        return b""
    error = lldb.SBError()
    data = value.GetProcess().ReadMemory(address, min(length, TEXT), error)
    return data if error.Success() else None


def quoted(value, address, length):
    data = bytes_at(value, address, length)
    if data is None:
        return None
    text = data.decode("utf-8", "replace")
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return '"%s%s"' % (text, "…" if length > TEXT else "")


# -- where the elements of collections are ------------------------------------------------------


def elements_of_vec(value):
    pointer = member(value, "buf", "inner", "ptr") or member(value, "buf", "ptr")
    length, kind = number(member(value, "len")), template(value, 0)
    if pointer is None or kind is None:
        return None
    return strided(value, unwrapped(pointer).GetValueAsUnsigned(), length, kind)


def strided(value, address, length, kind):
    if length is None or length > (1 << 40):
        return None
    size = kind.GetByteSize()

    def at(index):
        return value.CreateValueFromAddress("[%d]" % index, address + index * size, kind)

    return length, at


def elements_of_slice(value):
    pointer, length = member(value, "data_ptr"), number(member(value, "length"))
    if pointer is None:
        return None
    return strided(value, pointer.GetValueAsUnsigned(), length, pointer.GetType().GetPointeeType())


def elements_of_deque(value):
    pointer = member(value, "buf", "inner", "ptr")
    capacity = number(member(value, "buf", "inner", "cap"))
    head, length, kind = number(member(value, "head")), number(member(value, "len")), template(value, 0)
    if pointer is None or kind is None or not capacity and length:
        return None
    address, size = unwrapped(pointer).GetValueAsUnsigned(), kind.GetByteSize()

    def at(index):
        return value.CreateValueFromAddress("[%d]" % index, address + ((head + index) % capacity) * size, kind)

    return length, at


def buckets(value):
    """The entries of a hash table: its control bytes say which places are taken."""
    table = member(value, "base", "table", "table") or member(value, "base", "map", "table", "table")
    table = table or member(value, "map", "base", "table", "table")
    if table is None:
        return None
    mask, count = number(member(table, "bucket_mask")), number(member(table, "items"))
    control = member(table, "ctrl")
    if mask is None or control is None or mask > (1 << 32):
        return None
    address = unwrapped(control).GetValueAsUnsigned()
    error = lldb.SBError()
    wanted = min(mask + 1, 1 << 16)
    data = value.GetProcess().ReadMemory(address, wanted, error) if count else b""
    if not error.Success():
        return None
    taken = [index for index, byte in enumerate(bytearray(data or b"")) if byte < 0x80]
    return count, address, taken


def table_type(value):
    """The type of a hash table's entries."""
    kind = value.GetType().GetUnqualifiedType()
    table = member(value, "base", "table") or member(value, "base", "map", "table") or member(value, "map", "base", "table")
    entry = None if table is None else template(table, 0)
    return entry, kind


def elements_of_hash(value):
    found = buckets(value)
    entry, _ = table_type(value)
    if found is None or entry is None:
        return None
    count, address, taken = found
    size = entry.GetByteSize()

    def at(index):
        place = address - (taken[index] + 1) * size
        return value.CreateValueFromAddress("[%d]" % index, place, entry)

    return min(count, len(taken)), at


def elements_of_btree(value):
    """The entries of a B-tree, in order, by walking its nodes."""
    tree = raw(value)
    inner = member(tree, "map")
    if inner is not None:
        tree = inner
    length = number(member(tree, "length"))
    keys, values = template(tree, 0), template(tree, 1)
    if length is None or keys is None or length > (1 << 40):
        return None
    if length == 0:
        return 0, lambda index: None
    root = variant_of(member(tree, "root"))
    if root is None or root[0] != "Some":
        return None
    reference = member(root[1], "__0")
    height, node = number(member(reference, "height")), member(reference, "node")
    if height is None or node is None:
        return None
    node = unwrapped(node)
    leaf = node.GetType().GetPointeeType()
    found = []
    target = value.GetTarget()
    name = leaf.GetName().replace("LeafNode<", "InternalNode<", 1)
    internal = target.FindFirstType(name) if height else None

    def walk(address, height):
        if len(found) >= CHILDREN:
            return
        here = value.CreateValueFromAddress("node", address, leaf)
        count = number(member(here, "len"))
        if count is None or count > 11:
            return
        edges = None
        if height and internal is not None and internal.IsValid():
            edges = member(value.CreateValueFromAddress("node", address, internal), "edges")
        for index in range(count + 1):
            if edges is not None:
                walk(unwrapped(raw(edges).GetChildAtIndex(index)).GetValueAsUnsigned(), height - 1)
            if index < count:
                key = member(here, "keys").GetChildAtIndex(index)
                held = member(here, "vals").GetChildAtIndex(index)
                found.append((place_of(key), place_of(held)))

    walk(node.GetValueAsUnsigned(), height)

    def at(index):
        key, held = found[index]
        name = "[%d]" % index
        if inner is not None:
            return value.CreateValueFromAddress(name, key, keys)
        # A map's entry is shown by its value, and named by its key.
        shown = show(value.CreateValueFromAddress("key", key, keys), 1)
        return value.CreateValueFromAddress("[%s]" % shown, held, values)

    return min(length, len(found)), at


def place_of(value):
    return value.GetLoadAddress()


# -- enums --------------------------------------------------------------------------------------


def variant_of(value):
    """The variant that an enum is: its name, and the value with its fields."""
    if value is None:
        return None
    variants = member(value, "$variants$")
    if variants is None:
        return None
    variants = raw(variants)
    default = None
    for index in range(variants.GetNumChildren()):
        one = variants.GetChildAtIndex(index)
        fields = member(one, "value")
        if fields is None:
            continue
        wanted = one.GetName()[len("$variant$") :]
        if not wanted:
            default = fields
            continue
        discriminant = member(one, "$discr$")
        if discriminant is None:
            default = fields
            continue
        bits = 8 * discriminant.GetByteSize()
        held = discriminant.GetValueAsUnsigned() & ((1 << bits) - 1)
        named = int(wanted) & 0xFFFFFFFF
        # What a name has lost above 32 bits is a capacity's highest bit, or the sign of a small number.
        if held in (named, named | (1 << 63)) or (held & 0xFFFFFFFF == named and held >> 32 in (0, 0xFFFFFFFF)):
            return last_part(fields.GetType().GetName()), fields
    if default is None:
        return None
    return last_part(default.GetType().GetName()), default


def fields_of(value):
    value = raw(value)
    found = [value.GetChildAtIndex(index) for index in range(value.GetNumChildren())]
    return [one for one in found if (one.GetName() or "") not in ("$discr$", "") and not is_marker(one)]


def is_marker(value):
    return value.GetType().GetByteSize() == 0 and "PhantomData" in (value.GetType().GetName() or "")


# -- one line -----------------------------------------------------------------------------------


def show(value, depth=0):
    """A value in one line."""
    if depth > DEPTH:
        return "…"
    kind = value.GetType().GetUnqualifiedType()
    name = kind.GetName() or ""
    outer = outer_name(name)
    special = SHOWN.get(outer)
    if special is None and outer.startswith("&"):
        special = show_reference
    text = special(value, depth) if special else None
    if text is None:
        text = show_any(value, kind, name, depth)
    return text if len(text) <= LINE else text[: LINE - 1] + "…"


def show_any(value, kind, name, depth):
    chosen = variant_of(value)
    if chosen is not None:
        return show_variant(chosen, depth)
    if kind.GetTypeClass() & (lldb.eTypeClassStruct | lldb.eTypeClassClass | lldb.eTypeClassUnion):
        return show_fields(last_part(name) if not name.startswith("(") else "", fields_of(value), depth)
    if kind.GetTypeClass() & lldb.eTypeClassArray:
        count = raw(value).GetNumChildren()
        return show_list("[", "]", count, lambda index: raw(value).GetChildAtIndex(index), depth)
    if kind.IsPointerType():
        pointee = value.Dereference()
        # A box and a reference are their value; a pointer to what is not there is a number.
        if value.GetValueAsUnsigned() and pointee.IsValid() and depth < DEPTH and not name.startswith("*"):
            return show(pointee, depth + 1)
        return value.GetValue() or "?"
    return show_scalar(value, name)


def show_scalar(value, name):
    data = value.GetValue()
    if data is None:
        return value.GetSummary() or "?"
    basic = value.GetType().GetCanonicalType().GetBasicType()
    if basic in (lldb.eBasicTypeUnsignedChar, lldb.eBasicTypeBool) and name != "bool":
        return str(value.GetValueAsUnsigned())
    if basic in (lldb.eBasicTypeSignedChar, lldb.eBasicTypeChar):
        return str(value.GetValueAsSigned())
    if basic == lldb.eBasicTypeChar32:
        code = value.GetValueAsUnsigned()
        return "'%s'" % chr(code) if code < 0x110000 else "?"
    return data


def show_variant(chosen, depth):
    name, fields = chosen
    return show_fields(name, fields_of(fields), depth)


def show_fields(name, fields, depth):
    """`Name(a, b)`, `Name { x: 1 }`, `(a, b)` or `Name`."""
    if not fields:
        return name or "()"
    shown = [show(one, depth + 1) for one in fields[:ITEMS]]
    more = ["…"] if len(fields) > ITEMS else []
    if re.match(r"__\d+$", fields[0].GetName() or ""):
        return "%s(%s)" % (name, ", ".join(shown + more))
    named = ["%s: %s" % (one.GetName(), text) for one, text in zip(fields, shown)]
    return "%s{ %s }" % (name + " " if name else "", ", ".join(named + more))


def show_list(begin, end, count, at, depth):
    shown = []
    for index in range(min(count, ITEMS)):
        one = at(index)
        shown.append(show(one, depth + 1) if one is not None else "?")
    more = ", …%d more" % (count - ITEMS) if count > ITEMS else ""
    return begin + ", ".join(shown) + more + end


def listed(elements, begin, end):
    def shown(value, depth):
        found = elements(value)
        return None if found is None else show_list(begin, end, found[0], found[1], depth)

    return shown


def entries(value, depth):
    found = elements_of_hash(value)
    if found is None:
        return None
    count, at = found
    shown = []
    for index in range(min(count, ITEMS)):
        pair = fields_of(at(index))
        if len(pair) == 2:
            shown.append("%s: %s" % (show(pair[0], depth + 1), show(pair[1], depth + 1)))
    more = ", …%d more" % (count - ITEMS) if count > ITEMS else ""
    return "{" + ", ".join(shown) + more + "}"


def hash_set(value, depth):
    found = elements_of_hash(value)
    if found is None:
        return None
    count, at = found

    def element(index):
        pair = fields_of(at(index))
        return pair[0] if pair else at(index)

    return show_list("{", "}", count, element, depth)


def tree_map(value, depth):
    found = elements_of_btree(value)
    if found is None:
        return None
    count, at = found
    shown = []
    for index in range(min(count, ITEMS)):
        one = at(index)
        shown.append("%s: %s" % (one.GetName()[1:-1], show(one, depth + 1)))
    more = ", …%d more" % (count - ITEMS) if count > ITEMS else ""
    return "{" + ", ".join(shown) + more + "}"


def string(value, depth):
    vec = member(value, "vec")
    return None if vec is None else bytes_of_vec(vec)


def bytes_of_vec(vec):
    pointer = member(vec, "buf", "inner", "ptr") or member(vec, "buf", "ptr")
    length = number(member(vec, "len"))
    if pointer is None or length is None:
        return None
    return quoted(vec, unwrapped(pointer).GetValueAsUnsigned(), length)


def path(value, depth):
    """`PathBuf` and `OsString` are a vector of bytes inside of others."""
    for _ in range(5):
        if outer_name(value.GetType().GetUnqualifiedType().GetName() or "") == "alloc::vec::Vec":
            return bytes_of_vec(value)
        value = member(value, "inner") or member(value, "vec")
        if value is None:
            return None
    return None


def show_reference(value, depth):
    """`&str`, `&[T]`, `&Path`: a pointer with a length."""
    kind = value.GetType().GetUnqualifiedType()
    name = kind.GetName()
    pointer, length = member(value, "data_ptr"), number(member(value, "length"))
    if pointer is None:
        return None
    if re.search(r"\bstr$|Path$|OsStr$", name):
        return quoted(value, pointer.GetValueAsUnsigned(), length)
    found = elements_of_slice(value)
    return None if found is None else show_list("[", "]", found[0], found[1], depth)


def fat_box(value, depth):
    """`Box<str>`, `Box<[T]>`; `Box<dyn T>` is a pointer with a table."""
    name = value.GetType().GetUnqualifiedType().GetName()
    if member(value, "data_ptr") is not None:
        return show_reference(value, depth) if "<str" not in name else quoted(
            value, member(value, "data_ptr").GetValueAsUnsigned(), number(member(value, "length")))
    pointer = member(value, "pointer")
    return None if pointer is None else "dyn at 0x%x" % pointer.GetValueAsUnsigned()


def counted(value, depth):
    """`Rc` and `Arc`: the value behind their counts."""
    pointer = member(value, "ptr", "pointer")
    if pointer is None:
        return None
    held = member(pointer.Dereference(), "value") or member(pointer.Dereference(), "data")
    return None if held is None else show(held, depth + 1)


def inside(*path):
    def shown(value, depth):
        held = member(value, *path)
        return None if held is None else show(held, depth + 1)

    return shown


def number_inside(*path):
    def shown(value, depth):
        held = member(value, *path)
        return None if held is None else show_scalar(unwrapped(held), "")

    return shown


def named(name, *path):
    def shown(value, depth):
        held = member(value, *path)
        return None if held is None else "%s(%s)" % (name, show(held, depth + 1))

    return shown


def duration(value, depth):
    seconds, nanos = number(member(value, "secs")), number(member(value, "nanos"))
    if seconds is None or nanos is None:
        return None
    if seconds == 0 and nanos and nanos % 1000000 == 0:
        return "%dms" % (nanos // 1000000)
    return ("%d.%09d" % (seconds, nanos)).rstrip("0").rstrip(".") + "s"


def span(sign):
    def shown(value, depth):
        start, end = member(value, "start"), member(value, "end")
        if start is None or end is None:
            return None
        return "%s%s%s" % (show(start, depth + 1), sign, show(end, depth + 1))

    return shown


def nothing(text):
    return lambda value, depth: text


SHOWN = {
    "alloc::string::String": string,
    "&str": show_reference,
    "alloc::vec::Vec": listed(elements_of_vec, "[", "]"),
    "alloc::collections::vec_deque::VecDeque": listed(elements_of_deque, "[", "]"),
    "std::collections::hash::map::HashMap": entries,
    "std::collections::hash::set::HashSet": hash_set,
    "alloc::collections::btree::map::BTreeMap": tree_map,
    "alloc::collections::btree::set::BTreeSet": listed(elements_of_btree, "{", "}"),
    "alloc::rc::Rc": counted,
    "alloc::sync::Arc": counted,
    "alloc::boxed::Box": fat_box,
    "core::cell::Cell": inside("value", "value"),
    "core::cell::RefCell": named("RefCell", "value", "value"),
    "core::cell::UnsafeCell": inside("value"),
    "core::cell::once::OnceCell": inside("inner", "value"),
    "std::sync::poison::mutex::Mutex": named("Mutex", "data", "value"),
    "std::sync::poison::rwlock::RwLock": named("RwLock", "data", "value"),
    "std::path::PathBuf": path,
    "std::ffi::os_str::OsString": path,
    "core::time::Duration": duration,
    "core::ops::range::Range": span(".."),
    "core::num::wrapping::Wrapping": inside("__0"),
    "core::num::nonzero::NonZero": number_inside("__0"),
    "core::marker::PhantomData": nothing("PhantomData"),
}
for size in ("Bool", "I8", "I16", "I32", "I64", "Isize", "U8", "U16", "U32", "U64", "Usize"):
    SHOWN["core::sync::atomic::Atomic" + size] = number_inside("v", "value")
SHOWN["core::sync::atomic::Atomic"] = number_inside("v", "value")

COLLECTIONS = {
    "alloc::vec::Vec": elements_of_vec,
    "alloc::collections::vec_deque::VecDeque": elements_of_deque,
    "std::collections::hash::map::HashMap": elements_of_hash,
    "std::collections::hash::set::HashSet": elements_of_hash,
    "alloc::collections::btree::map::BTreeMap": elements_of_btree,
    "alloc::collections::btree::set::BTreeSet": elements_of_btree,
}


def summary(value, _dictionary):
    try:
        return show(raw(value))
    except Exception:  # A value that is not understood is shown as LLDB does; the session goes on.
        return None


def is_enum(kind, _dictionary):
    kind = kind.GetUnqualifiedType()
    return bool(kind.GetTypeClass() & lldb.eTypeClassStruct) and kind.GetNumberOfFields() == 1 and (
        kind.GetFieldAtIndex(0).GetName() == "$variants$")


def is_slice(kind, _dictionary):
    name = kind.GetUnqualifiedType().GetName() or ""
    return name.startswith("&") and bool(kind.GetTypeClass() & lldb.eTypeClassStruct)


class Nothing:
    """What has no parts that anybody looks for: a string, a number in a wrapper."""

    def __init__(self, value, _dictionary):
        self.value = value

    def num_children(self):
        return 0

    def get_child_at_index(self, index):
        return None

    def get_child_index(self, name):
        return -1

    def update(self):
        return False

    def has_children(self):
        return False


class Elements:
    """The elements of a collection."""

    def __init__(self, value, _dictionary):
        self.value = value
        self.found = None

    def update(self):
        self.found = None
        try:
            name = outer_name(self.value.GetType().GetUnqualifiedType().GetName() or "")
            self.found = COLLECTIONS.get(name, elements_of_slice)(raw(self.value))
        except Exception:
            pass
        return False

    def num_children(self):
        return min(self.found[0], CHILDREN) if self.found else 0

    def get_child_at_index(self, index):
        try:
            return self.found[1](index) if self.found and 0 <= index < self.num_children() else None
        except Exception:
            return None

    def get_child_index(self, name):
        found = re.match(r"\[(\d+)\]$", name)
        return int(found.group(1)) if found else -1

    def has_children(self):
        return True


class Variant:
    """The fields of the variant that an enum is."""

    def __init__(self, value, _dictionary):
        self.value = value
        self.fields = []

    def update(self):
        self.fields = []
        try:
            chosen = variant_of(raw(self.value))
            self.fields = fields_of(chosen[1]) if chosen else []
        except Exception:
            pass
        return False

    def num_children(self):
        return len(self.fields)

    def get_child_at_index(self, index):
        if not 0 <= index < len(self.fields):
            return None
        field = self.fields[index]
        name = field.GetName() or ""
        return field.Clone(name[2:]) if re.match(r"__\d+$", name) else field

    def get_child_index(self, name):
        names = [field.GetName() for field in self.fields]
        for spelled in (name, "__" + name):
            if spelled in names:
                return names.index(spelled)
        return -1

    def has_children(self):
        return bool(self.fields)


def __lldb_init_module(debugger, _dictionary):
    module = __name__

    def run(command):
        answer = lldb.SBCommandReturnObject()
        debugger.GetCommandInterpreter().HandleCommand(command, answer)

    def summarise(pattern):
        run('type summary add -w montuno -e -h -F %s.summary -x "%s"' % (module, pattern))

    def unfold(pattern, by):
        run('type synthetic add -w montuno -l %s.%s -x "%s"' % (module, by, pattern))

    for name in SHOWN:
        pattern = "^%s(<.*>)?$" % re.escape(name).replace("\\", "\\\\").replace("\\\\:", ":").replace("\\\\", "\\")
        summarise(pattern)
        unfold(pattern, "Elements" if name in COLLECTIONS else "Nothing") if name in COLLECTIONS or name in (
            "alloc::string::String", "&str", "std::path::PathBuf", "core::time::Duration") else None
    for recognize, by in (("is_enum", "Variant"), ("is_slice", "Elements")):
        run("type summary add -w montuno -e -h -F %s.summary --recognizer-function %s.%s" % (module, module, recognize))
        if recognize == "is_enum":
            run("type synthetic add -w montuno -l %s.%s --recognizer-function %s.%s" % (module, by, module, recognize))
    run('type summary add -w montuno -e -h -F %s.summary -x "^\\(.*\\)$"' % module)
    run("type category enable montuno")
