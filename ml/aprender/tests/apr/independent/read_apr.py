"""Reads .apr files of version 3, written after docs/apr-format.md alone, with nothing but Python's standard library.

    read_apr.py FILE [--recipient SECRET] [--signer PUBLIC]

Keys are 64 hexadecimal digits. Checks all that the document says can be checked, and prints what the file holds as JSON: the
root, who signed, and each section's name, kind, shape and content (the values of tensors and trees, else the bytes as
hexadecimal digits). What is wrong ends the program with code 1 and the reason. zstd is not part of Python's standard library
before 3.14: without it the content of a compressed section is null, and only its digest is checked.
"""

import hashlib
import hmac
import json
import struct
import sys

try:
    from compression import zstd
except ImportError:
    zstd = None


class Wrong(Exception):
    pass


def ensure(holds, what):
    if not holds:
        raise Wrong(what)


# --- BLAKE3 (the BLAKE3 team, "BLAKE3: one function, fast everywhere", sections 2.1 to 2.4) ---

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
COLUMNS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15))
DIAGONALS = ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
CHUNK_START, CHUNK_END, PARENT, ROOT, KEYED, CONTEXT, MATERIAL = 1, 2, 4, 8, 16, 32, 64
MASK = 0xFFFFFFFF


def turn(word, by):
    return ((word >> by) | (word << (32 - by))) & MASK


def compress(value, block, counter, length, flags):
    v = list(value) + list(IV[:4]) + [counter & MASK, counter >> 32, length, flags]
    m = block
    for _ in range(7):
        for number, (a, b, c, d) in enumerate(COLUMNS + DIAGONALS):
            v[a] = (v[a] + v[b] + m[2 * number]) & MASK
            v[d] = turn(v[d] ^ v[a], 16)
            v[c] = (v[c] + v[d]) & MASK
            v[b] = turn(v[b] ^ v[c], 12)
            v[a] = (v[a] + v[b] + m[2 * number + 1]) & MASK
            v[d] = turn(v[d] ^ v[a], 8)
            v[c] = (v[c] + v[d]) & MASK
            v[b] = turn(v[b] ^ v[c], 7)
        m = [m[place] for place in PERMUTATION]
    return [v[i] ^ v[i + 8] for i in range(8)]


def words(block):
    return struct.unpack("<16I", block.ljust(64, b"\0"))


def chunk_value(key, chunk, number, flags, root):
    value, blocks = key, [chunk[i : i + 64] for i in range(0, len(chunk), 64)] or [b""]
    for place, block in enumerate(blocks):
        own = flags | (CHUNK_START if place == 0 else 0)
        if place == len(blocks) - 1:
            own |= CHUNK_END | (ROOT if root else 0)
        value = compress(value, words(block), number, len(block), own)
    return value


def parent_value(key, left, right, flags, root):
    return compress(key, tuple(left) + tuple(right), 0, 64, flags | PARENT | (ROOT if root else 0))


def tree_value(key, data, first, flags, root):
    """The chaining value of data that begins with chunk `first`; of the whole input, the hash."""
    if len(data) <= 1024:
        return chunk_value(key, data, first, flags, root)
    left = 1024
    while 2 * left < len(data):
        left *= 2
    sides = (tree_value(key, part, at, flags, False) for part, at in ((data[:left], first), (data[left:], first + left // 1024)))
    return parent_value(key, *sides, flags, root)


def packed(value):
    return struct.pack("<8I", *value)


def blake3(data):
    return packed(tree_value(IV, data, 0, 0, True))


def blake3_keyed(key, data):
    return packed(tree_value(struct.unpack("<8I", key), data, 0, KEYED, True))


def blake3_derived(context, data):
    key = tree_value(IV, context.encode(), 0, CONTEXT, True)
    return packed(tree_value(key, data, 0, MATERIAL, True))


# --- HKDF-SHA256 (RFC 5869), ChaCha20-Poly1305 (RFC 8439), X25519 (RFC 7748), Ed25519 (RFC 8032) ---


def hkdf(salt, secret, info):
    inner = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(inner, info + b"\x01", hashlib.sha256).digest()


def chacha_block(key, counter, nonce):
    start = struct.unpack("<4I", b"expand 32-byte k") + struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
    v = list(start)
    for _ in range(10):
        for a, b, c, d in COLUMNS + DIAGONALS:
            for x, y, z, by in ((a, b, d, 16), (c, d, b, 20), (a, b, d, 24), (c, d, b, 25)):
                v[x] = (v[x] + v[y]) & MASK
                v[z] = turn(v[z] ^ v[x], by)
    return struct.pack("<16I", *((x + y) & MASK for x, y in zip(v, start)))


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(message), 16):
        total = (total + int.from_bytes(message[at : at + 16] + b"\x01", "little")) * r % ((1 << 130) - 5)
    return ((total + int.from_bytes(key[16:], "little")) & ((1 << 128) - 1)).to_bytes(16, "little")


def chacha_open(key, nonce, bound, sealed):
    text, tag = sealed[:-16], sealed[-16:]
    padded = lambda part: part + bytes(-len(part) % 16)
    message = padded(bound) + padded(text) + struct.pack("<QQ", len(bound), len(text))
    if not hmac.compare_digest(poly1305(chacha_block(key, 0, nonce)[:32], message), tag):
        return None
    stream = b"".join(chacha_block(key, 1 + at // 64, nonce) for at in range(0, len(text), 64))
    return bytes(x ^ y for x, y in zip(text, stream))


P = 2**255 - 19


def x25519(secret, point):
    k = int.from_bytes(secret, "little") & ~7 & ((1 << 255) - 1) | (1 << 254)
    u = int.from_bytes(point, "little") & ((1 << 255) - 1)
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb, aa, bb = d * a % P, c * b % P, a * a % P, b * b % P
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, (aa - bb) * (aa + 121665 * (aa - bb)) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


D = -121665 * pow(121666, P - 2, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493


def edwards_sum(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def edwards_times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = edwards_sum(total, point)
        point, number = edwards_sum(point, point), number >> 1
    return total


def edwards_point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P:
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def ed25519_valid(public, message, signature):
    y = 4 * pow(5, P - 2, P) % P
    base = edwards_point(y.to_bytes(32, "little"))
    point, commitment = edwards_point(public), edwards_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if point is None or commitment is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    p, q = edwards_times(s, base), edwards_sum(commitment, edwards_times(h, point))
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


# --- The format ---

GROUP = 1 << 18
KINDS = ("bytes", "tensor", "json", "trees")
TYPES = (None, "f", "d", "e", "bf16", "b", "h", "i", "q", "B", "H", "I", "Q")
SIZES = (0, 4, 8, 2, 2, 1, 2, 4, 8, 1, 2, 4, 8)


def up(length):
    return -(-length // 64) * 64


class Section:
    def __init__(self, entry, names, name_at):
        (self.offset, self.stored, self.plain, at, length) = struct.unpack_from("<QQQIH", entry)
        self.kind, self.dtype, dims, self.compressed, self.encrypted = entry[30:35]
        ensure(at == name_at and 1 <= length <= 512, "names that do not follow each other")
        self.name = names[at : at + length].decode()
        self.end_of_name = at + length
        ensure(self.name.isprintable(), "a name with control characters")
        ensure(self.kind < 4 and dims <= 6 and self.compressed < 2 and self.encrypted < 2, "an unknown kind or flag")
        self.shape = struct.unpack_from("<6Q", entry, 40)
        ensure(not any(self.shape[dims:]) and not any(entry[35:40]) and not any(entry[120:]), "bytes that must be zero")
        self.shape = self.shape[:dims]
        self.digest = entry[88:120]
        if self.kind == 1:
            ensure(0 < self.dtype < len(TYPES), "an unknown type of elements")
            size = SIZES[self.dtype]
            for dim in self.shape:
                size *= dim
            ensure(size == self.plain, "a shape that does not give the length")
        else:
            ensure(self.dtype == 0 and dims == 0, "a shape of what is no tensor")


class File:
    def __init__(self, data):
        self.data = data
        ensure(data[:8] == b"APR3\r\n\x1a\n", "not version 3 of .apr")
        ensure(struct.unpack_from("<HH", data, 8) == (3, 0), "an unknown version")
        self.cipher = data[12]
        length, self.head = struct.unpack_from("<QQ", data, 16)
        sections, slots, names, zero = struct.unpack_from("<IIII", data, 32)
        groups = struct.unpack_from("<Q", data, 48)[0]
        self.salt = data[56:88]
        ensure(length == len(data), "the file is cut or has grown")
        ensure(not any(data[13:16]) and zero == 0 and not any(data[88:128]), "bytes that must be zero")
        ensure(sections <= 65536 and slots <= 16, "too much of something")
        table, keys = 128 + 128 * sections, 128 + 128 * sections + 128 * slots
        self.named = keys + names
        ensure(self.head == up(self.named) + 448, "the head is not as long as its parts")
        ensure(not any(data[self.named : self.head - 448]), "bytes that must be zero")
        self.slots = [data[at : at + 128] for at in range(table, keys, 128)]
        ensure(data[self.head - 32 : self.head] == blake3(data[: self.head - 32]), "the check of the head")
        self.sections, at = [], 0
        for entry in range(128, table, 128):
            section = Section(data[entry : entry + 128], data[keys : self.named], at)
            at = section.end_of_name
            self.sections.append(section)
        ensure(at == names and len({s.name for s in self.sections}) == sections, "names that are left over or repeat")
        self.check_places(groups)
        self.check_encryption()

    def check_places(self, groups):
        """Groups and sections lie one after the other, and every digest is right."""
        group_at = self.head
        offset = up(self.head + 32 * groups)
        for section in self.sections:
            ensure(section.offset == offset, f"{section.name} is not in its place")
            stored = self.data[offset : offset + section.stored]
            ensure(len(stored) == section.stored, f"{section.name} ends beyond the file")
            ensure(blake3(stored) == section.digest, f"the digest of {section.name}")
            if section.stored > GROUP:
                for at in range(0, section.stored, GROUP):
                    value = packed(tree_value(IV, stored[at : at + GROUP], at // 1024, 0, False))
                    ensure(self.data[group_at : group_at + 32] == value, f"a group of {section.name}")
                    group_at += 32
            after = up(offset + section.stored)
            ensure(not any(self.data[offset + section.stored : after]), "bytes that must be zero")
            offset = after
        ensure(group_at == self.head + 32 * groups and offset == len(self.data), "bytes that belong to nothing")
        ensure(not any(self.data[group_at : up(group_at)]), "bytes that must be zero")

    def check_encryption(self):
        encrypted = any(section.encrypted for section in self.sections)
        ensure(encrypted == (self.cipher != 0) == bool(self.slots), "cipher, slots and sections that do not fit")
        ensure(encrypted or not any(self.salt), "a salt without a cipher")
        readable = [s for s in self.sections if s.name in ("apr/card", "apr/license")]
        ensure(not any(s.encrypted or s.compressed for s in readable), "a card or licence that cannot be read")

    def root(self):
        return blake3_derived("apr 3 root", self.data[: self.head - 448])

    def seal(self):
        return self.data[self.head - 448 : self.head - 416]

    def signatures(self):
        places = range(self.head - 416, self.head - 32, 96)
        found = [self.data[at : at + 96] for at in places if any(self.data[at : at + 96])]
        ensure(not any(self.data[self.head - 416 + 96 * len(found) : self.head - 32]), "signatures after an empty place")
        return [(place[:32], place[32:]) for place in found]

    def signed_by(self, public):
        who = blake3_derived("apr 3 signer", public)
        for own, signature in self.signatures():
            if own == who:
                message = b"apr 3 signature\0" + who + self.root() + self.seal()
                ensure(ed25519_valid(public, message, signature), "a wrong signature")
                return True
        return False

    def binding(self):
        fixed = bytearray(self.data[: self.named])
        for number, section in enumerate(self.sections):
            if section.encrypted:
                at = 128 + 128 * number + 88
                fixed[at : at + 32] = bytes(32)
        return blake3_derived("apr 3 binding", bytes(fixed))

    def keys(self, secret):
        """The data key and the seal key, by a recipient's secret key."""
        public = x25519(secret, (9).to_bytes(32, "little"))
        who = blake3_derived("apr 3 recipient", public)
        for slot in self.slots:
            if slot[0] != 2 or slot[40:72] != who:
                continue
            ephemeral = slot[8:40]
            wrapping = hkdf(self.salt, x25519(secret, ephemeral), b"apr 3 recipient" + ephemeral + public)
            key = chacha_open(wrapping, bytes(12), slot[:72] + self.salt, slot[72:120])
            ensure(key is not None, "a key slot that does not open")
            expanded = [hkdf(self.salt, key, info + bytes([self.cipher])) for info in (b"apr 3 data", b"apr 3 seal")]
            ensure(blake3_keyed(expanded[1], self.root()) == self.seal(), "the seal")
            return expanded
        raise Wrong("no key slot for this key")

    def plain(self, number, data_key, binding):
        """The content of a section; nothing where it cannot be had."""
        section = self.sections[number]
        data = self.data[section.offset : section.offset + section.stored]
        if section.encrypted:
            if data_key is None or self.cipher != 1:
                return None
            chunks = [data[at : at + 65552] for at in range(0, len(data), 65552)]
            opened = []
            for place, chunk in enumerate(chunks):
                nonce = struct.pack("<IQ", number, 2 * place + (place == len(chunks) - 1))
                opened.append(chacha_open(data_key, nonce, binding, chunk))
                ensure(opened[-1] is not None, f"a chunk of {section.name}")
            data = b"".join(opened)
        if section.compressed:
            if zstd is None:
                return None
            data = zstd.decompress(data)
        ensure(len(data) == section.plain, f"the length of {section.name}")
        return data


def tensor(dtype, data):
    code = TYPES[dtype]
    if code == "bf16":
        return [struct.unpack("<f", b"\0\0" + data[at : at + 2])[0] for at in range(0, len(data), 2)]
    return [value for (value,) in struct.iter_unpack("<" + code, data)]


def trees(data):
    count, nodes = struct.unpack_from("<II", data)
    ensure(not any(data[8:64]), "bytes that must be zero")
    begin = 64 + 32 * nodes
    starts = struct.unpack_from(f"<{count + 1}I", data, begin)
    ensure(len(data) == begin + 4 * (count + 1), "trees that are cut")
    ensure(starts[0] == 0 and starts[-1] == nodes and list(starts) == sorted(set(starts)), "where trees begin")
    found = []
    for start, end in zip(starts, starts[1:]):
        tree = [list(struct.unpack_from("<ddIIII", data, 64 + 32 * at)) for at in range(start, end)]
        for place, (_, _, left, right, _, _) in enumerate(tree):
            leaf = left == 0 and right == 0
            ensure(leaf or (place < left < len(tree) and place < right < len(tree)), "a child before its parent")
        found.append(tree)
    return found


def shown(section, data):
    if data is None:
        return None
    if section.kind == 1:
        return tensor(section.dtype, data)
    if section.kind == 2:
        return json.loads(data)
    return trees(data) if section.kind == 3 else data.hex()


def main(words):
    with open(words[0], "rb") as opened:
        file = File(opened.read())
    options = dict(zip(words[1::2], words[2::2]))
    data_key = None
    if "--recipient" in options:
        data_key, _ = file.keys(bytes.fromhex(options["--recipient"]))
    report = {"root": file.root().hex(), "signatures": len(file.signatures()), "sections": []}
    if "--signer" in options:
        report["signed"] = file.signed_by(bytes.fromhex(options["--signer"]))
    binding = file.binding() if data_key else None
    for number, section in enumerate(file.sections):
        content = shown(section, file.plain(number, data_key, binding))
        kind, shape = KINDS[section.kind], list(section.shape)
        report["sections"].append({"name": section.name, "kind": kind, "shape": shape, "content": content})
    print(json.dumps(report))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Wrong, struct.error, UnicodeDecodeError, ValueError, IndexError) as error:
        sys.exit(f"wrong: {error}")
