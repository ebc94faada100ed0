"""What others make of our envelopes and logs.

Envelopes are verified with securesystemslib, which is not ours. The log is read by a few functions
that were written from the specifications alone (RFC 6962, section 2.1; c2sp.org/tlog-tiles,
c2sp.org/tlog-checkpoint, c2sp.org/signed-note), and share nothing with the program but those.

    independent.py envelope FOLDER    verifies envelope.json with every *.pem there
    independent.py make FOLDER        makes envelope.json, one.pem and two.pem
    independent.py log FOLDER KEY     verifies the log in the folder with a verifier key
    independent.py proof FOLDER KEY   verifies proof.tlog-proof for the entry in the file entry
"""

import base64
import hashlib
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey


# Envelopes.


def keys_of(folder):
    """Every key, named as our envelopes name it: by the digest of its SubjectPublicKeyInfo."""
    keys = []
    for path in sorted(folder.glob("*.pem")):
        pem = path.read_bytes()
        body = b"".join(line for line in pem.splitlines() if not line.startswith(b"-"))
        name = "sha256:" + hashlib.sha256(base64.b64decode(body)).hexdigest()
        keys.append(SSlibKey.from_crypto(load_pem_public_key(pem), keyid=name))
    return keys


def envelope(folder):
    text = (folder / "envelope.json").read_text()
    keys = keys_of(folder)
    found = Envelope.from_dict(json.loads(text))
    assert found.payload == (folder / "payload").read_bytes()
    accepted = found.verify(keys, len(keys))
    assert len(accepted) == len(keys) == 2, accepted
    # A byte of the payload, and the type: neither may change.
    for attribute, value in (("payload", found.payload + b" "), ("payload_type", "text/other")):
        changed = Envelope.from_dict(json.loads(text))
        setattr(changed, attribute, value)
        try:
            changed.verify(keys, 1)
        except VerificationError:
            continue
        raise AssertionError(f"{attribute} was changed and accepted")


def make(folder):
    made = Envelope((folder / "payload").read_bytes(), "application/vnd.in-toto+json", {})
    for name, private in (
        ("one", Ed25519PrivateKey.generate()),
        ("two", generate_private_key(SECP256R1())),
    ):
        public = SSlibKey.from_crypto(private.public_key(), keyid=f"key {name}")
        made.sign(CryptoSigner(private, public))
        pem = public.keyval["public"]
        if public.keytype == "ed25519":
            # This one is kept as its 32 bytes: what stands before them is in RFC 8410.
            der = bytes.fromhex("302a300506032b6570032100" + pem)
            text = base64.b64encode(der).decode()
            pem = f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n"
        (folder / f"{name}.pem").write_text(pem)
    (folder / "envelope.json").write_text(json.dumps(made.to_dict()))


# Logs.


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(size):
    """The largest power of two smaller than the size."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def root_of(hashes):
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    middle = split(len(hashes))
    return node_hash(root_of(hashes[:middle]), root_of(hashes[middle:]))


def checkpoint_of(note, key):
    """Verifies a note with one Ed25519 key, and returns origin, size and root."""
    name, key_id, public = key.split("+", 2)
    public = base64.b64decode(public, validate=True)
    assert public[0] == 1, "an Ed25519 key"
    computed = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    assert computed.hex() == key_id, "the identifier of the key"
    body, _, lines = note.decode().rpartition("\n\n")
    body += "\n"
    verified = False
    for line in lines.splitlines():
        dash, by, signature = line.split(" ")
        signature = base64.b64decode(signature, validate=True)
        assert dash == "\u2014"
        if by == name and signature[:4] == computed:
            Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], body.encode())
            verified = True
    assert verified, "signed by the log"
    origin, size, root = body.splitlines()
    assert str(int(size)) == size
    return origin, int(size), base64.b64decode(root, validate=True)


def path_of(level, index, width):
    digits = f"{index:03d}"
    digits = digits.zfill((len(digits) + 2) // 3 * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    place = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{place}" + ("" if width == 256 else f".p/{width}")


def widths(count):
    """The widths of the tiles that hold so many hashes."""
    return [256] * (count // 256) + ([count % 256] if count % 256 else [])


def log(folder, key):
    origin, size, root = checkpoint_of((folder / "checkpoint").read_bytes(), key)
    assert origin == key.split("+")[0]
    entries = []
    for index, width in enumerate(widths(size)):
        data = (folder / path_of("entries", index, width)).read_bytes()
        before = len(entries)
        while data:
            length = int.from_bytes(data[:2], "big")
            assert len(data) >= 2 + length
            entries.append(data[2 : 2 + length])
            data = data[2 + length :]
        assert len(entries) == before + width
    hashes = [leaf_hash(entry) for entry in entries]
    assert len(hashes) == size and root_of(hashes) == root, "the entries lead to the root"
    level = 0
    while hashes:
        for index, width in enumerate(widths(len(hashes))):
            data = (folder / path_of(level, index, width)).read_bytes()
            assert data == b"".join(hashes[index * 256 : index * 256 + width]), (level, index)
        full = range(len(hashes) // 256)
        hashes = [root_of(hashes[index * 256 : index * 256 + 256]) for index in full]
        level += 1


def proof(folder, key):
    head, _, note = (folder / "proof.tlog-proof").read_bytes().partition(b"\n\n")
    first, index, *path = head.decode().splitlines()
    assert first == "c2sp.org/tlog-proof@v1"
    index = int(index.removeprefix("index "))
    _, size, root = checkpoint_of(note, key)
    path = [base64.b64decode(line, validate=True) for line in path]
    found = rebuild(leaf_hash((folder / "entry").read_bytes()), index, size, path)
    assert found == root, "the proof leads to the root"


def rebuild(leaf, index, size, path):
    """The root that a proof leads to: RFC 6962, section 2.1.1, from the top."""
    if size == 1:
        assert not path
        return leaf
    middle, beside = split(size), path[-1]
    if index < middle:
        return node_hash(rebuild(leaf, index, middle, path[:-1]), beside)
    return node_hash(beside, rebuild(leaf, index - middle, size - middle, path[:-1]))


COMMANDS = {"envelope": envelope, "make": make, "log": log, "proof": proof}

if __name__ == "__main__":
    command, folder, *more = sys.argv[1:]
    try:
        COMMANDS[command](pathlib.Path(folder), *more)
    except InvalidSignature:
        sys.exit("a signature does not fit")
    print("verified")
