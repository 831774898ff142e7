#!/usr/bin/env python3
"""Writes files of version 1 of .apr as the original program laid them out (needs `cryptography` and the `zstd` command).

The files are kept in the repository; this script says what is in them.
"""

import pathlib
import struct
import subprocess
import zlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = pathlib.Path(__file__).parent
PAYLOAD = bytes(i % 100 for i in range(300))
RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def text(value):
    assert len(value) < 32
    return bytes([0xA0 | len(value)]) + value.encode()


METADATA = (
    b"\x83"
    + text("model_name") + text("golden")
    + text("training") + b"\x81" + text("samples") + b"\xcc\x96"
    + text("metrics") + b"\x81" + text("accuracy") + b"\xcb" + struct.pack(">d", 0.96)
)


def write(name, payload, compression, flags, sign=None):
    file = b"APRN\x01\x00" + struct.pack("<HIIIBB10x", 4, len(METADATA), len(payload), len(PAYLOAD), compression, flags)
    file += METADATA + payload
    if sign:
        file += sign.sign(file) + sign.public_key().public_bytes(*RAW)
    file += struct.pack("<I", zlib.crc32(file))
    (HERE / name).write_bytes(file)


zstd = subprocess.run(["zstd", "-3", "--no-check", "-c"], input=PAYLOAD, capture_output=True, check=True).stdout
write("v1-zstd.apr", zstd, 1, 0)
write("v1-signed.apr", zstd, 1, 2, sign=Ed25519PrivateKey.from_private_bytes(b"\x24" * 32))

salt, nonce = bytes(range(16)), bytes(range(12))
key = Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=19456).derive(b"correct horse")
write("v1-password.apr", salt + nonce + AESGCM(key).encrypt(nonce, zstd, None), 1, 1)

recipient = X25519PrivateKey.from_private_bytes(b"\x42" * 32).public_key()
ephemeral = X25519PrivateKey.from_private_bytes(b"\x43" * 32)
shared = ephemeral.exchange(recipient)
key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"apr-v1-encrypt").derive(shared)
head = ephemeral.public_key().public_bytes(*RAW) + recipient.public_bytes(*RAW)[:8] + nonce
write("v1-recipient.apr", head + AESGCM(key).encrypt(nonce, PAYLOAD, None), 0, 1)
