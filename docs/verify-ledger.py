#!/usr/bin/env python3
"""Checks a ledger of Toride with nothing of Toride: Python 3, and the program `openssl` (3.0 or newer) for Ed25519.

    python3 verify-ledger.py FOLDER --key KEY [--earlier FILE]... [--keeper KEY]... [--receipts FOLDER] [--report PDF]
    python3 verify-ledger.py --report PDF --key KEY

FOLDER      the ledger or a copy of it: `checkpoint` and `tile/`, C2SP tlog-tiles as docs/design/ledger.md describes
--key       the ledger's verifier key (or a file with it), from paper or another machine: never the one beside the log
--earlier   a checkpoint kept elsewhere, signed by the ledger or cosigned by a Keeper: the log must be that one, grown
--keeper    a Keeper's verifier key: its cosignatures (C2SP tlog-cosignature) and its receipts count
--receipts  folder with receipts, however deep: each must be a Keeper's, of a generation and manifest that the ledger
            recorded, and each that the ledger names must be there. Of a Keeper's own ledger: its `repositories` folder
--report    a report of a rehearsal; its signed note lies beside it as PDF.note. With FOLDER it must stand in the ledger too
Ends with 0 where all is in order, else with 1. Japanese where LANG is. It does not look at the backups themselves.
"""
import argparse, base64, hashlib, json, os, re, subprocess, sys, tempfile, time
JAPANESE = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "").startswith("ja")
FAULTS = []
DER = bytes.fromhex("302a300506032b6570032100")  # what openssl wants in front of a raw Ed25519 key (RFC 8410)
class Stop(Exception): pass  # nothing further can be said: a sentence in Japanese, one in English
def say(ja, en): print(ja if JAPANESE else en)
def fault(ja, en):
    FAULTS.append(en)
    say("× " + ja, "x " + en)
def sha(data): return hashlib.sha256(data).digest()
def read(path, limit=-1):
    with open(path, "rb") as file: return file.read(limit)

# Signed notes (C2SP signed-note): a text, an empty line, lines of `— <name> base64(key id, signature)`.
def key_id(kind, name, public): return sha(name.encode() + b"\n" + bytes([kind]) + public)[:4]
def verifier_key(given):
    """`<name>+<key id>+<base64(1, public key)>` as (name, public key)."""
    text = (read(given).decode() if os.path.exists(given) else given).strip()
    match = re.fullmatch(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)", text)
    key = base64.b64decode(match[3]) if match else b""
    if len(key) != 33 or key[0] != 1 or key_id(1, match[1], key[1:]).hex() != match[2]:
        raise Stop(f"検証用の鍵ではありません: {given}", f"This is no verifier key: {given}")
    return match[1], key[1:]
def holds(public, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("key", DER + public), ("message", message), ("signature", signature)):
            with open(os.path.join(folder, name), "wb") as file: file.write(content)
        command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in message -sigfile signature"
        return subprocess.run(command.split(), cwd=folder, capture_output=True).returncode == 0
def opened(note, kind, name, public):
    """The text, and what stands behind the key id in each line of that key. ValueError where it is no signed note."""
    text, split, rest = note.decode().rpartition("\n\n")
    lines = [re.fullmatch(r"— ([^+\s]+) ([A-Za-z0-9+/]+=*)", line) for line in rest[:-1].split("\n")]
    if not split or not rest.endswith("\n") or None in lines: raise ValueError("no signed note")
    found = [base64.b64decode(line[2]) for line in lines if line[1] == name]
    return text + "\n", [one[4:] for one in found if one[:4] == key_id(kind, name, public)]
def is_signed(note, *key):
    text, own = opened(note, 1, *key)
    return own != [] and all(holds(key[1], text.encode(), signature) for signature in own)
def is_cosigned(what, note, name, public):
    """A witness signs type 4: eight bytes of time, and over that time and the text."""
    text, own = opened(note, 4, name, public)
    for seconds, signature in ((int.from_bytes(one[:8], "big"), one[8:]) for one in own):
        if holds(public, f"cosignature/v1\ntime {seconds}\n{text}".encode(), signature):
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
            say(f"{what}: {name} が {at} に連署しました。", f"{what}: cosigned by {name} at {at}.")
            return True
        fault(f"{what}: {name} の連署が合いません。", f"{what}: the cosignature of {name} does not hold.")

# The log (RFC 6962) in tiles of 256.
def tile(folder, level, index, width):
    """A tile's file; where it is gone, a wider one begins with the same. Empty where there is none."""
    groups = re.findall("...", str(index).zfill(-(-len(str(index)) // 3) * 3))
    path = os.path.join(folder, "tile", str(level), *["x" + group for group in groups[:-1]], groups[-1])
    there = [name for name in [f"{path}.p/{w}" for w in range(width, 256)] + [path] if os.path.exists(name)]
    return read(there[0]) if there else b""
def entries(folder, size):
    for index in range(size):
        if index % 256 == 0: data = tile(folder, "entries", index // 256, min(256, size - index))
        end = 2 + int.from_bytes(data[:2], "big")
        if not 2 < end <= len(data): raise Stop(f"{index} 番から壊れています。", f"Damaged from entry {index} on.")
        yield data[2:end]
        data = data[end:]
def root_of(hashes):
    if len(hashes) < 2: return hashes[0] if hashes else sha(b"")
    left = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\1" + root_of(hashes[:left]) + root_of(hashes[left:]))
def tiles_fit(folder, hashes, level=0):
    rows = [hashes[at:at + 256] for at in range(0, len(hashes), 256)]
    fits = [tile(folder, level, n, len(row))[:32 * len(row)] == b"".join(row) for n, row in enumerate(rows)]
    return all(fits) and (not rows or tiles_fit(folder, [root_of(row) for row in rows if len(row) == 256], level + 1))

# What the entries say. Times are RFC 3339 in UTC with milliseconds: their text sorts as they do.
def take(found, kind, at, data):
    name = data.get("repository"), data.get("snapshot")
    if kind in ("generation.recorded", "keeper.received"):
        found.setdefault(name, {"at": at, "manifest": data["manifest"], "locks": {}, "receipts": {}, "gone": None})
    if name not in found: return
    one, locks = found[name], found[name]["locks"]
    if kind in ("generation.locked", "generation.lock-extended"):
        locks[data["place"]] = max(data["until"], locks.get(data["place"], ""))
    if kind == "keeper.received": one["receipts"]["keeper"] = "", locks.setdefault("keeper", data["until"])
    if kind == "generation.receipt": one["receipts"].setdefault(data["place"], (data["receipt"], data["lockedUntil"]))
    if kind in ("generation.expired", "keeper.expired"): one["gone"] = at
    if kind == "generation.expired" and max(locks.values(), default="") > at:
        fault(f"期限の前に外されました: {name[1]}", f"Let go before its lock ended: {name[1]}")
def check_receipts(folder, keepers, found):
    kept = []
    for path in (os.path.join(at, name) for at, _, names in os.walk(folder) for name in names):
        note = read(path, 65536)  # packs may lie beside them
        if not note.startswith(b"toride receipt v1\n"): continue
        if not any(is_signed(note, *keeper) for keeper in keepers):
            raise Stop(f"この Keeper の受領証ではありません: {path}", f"Not a receipt of this Keeper: {path}")
        says = dict(line.split(" ", 1) for line in note.decode().split("\n\n")[0].split("\n")[1:])
        kept.append((says["snapshot"], hashlib.sha256(note).hexdigest(), says["locked-until"]))
        if (says["snapshot"], says["manifest"]) not in [(name[1], one["manifest"]) for name, one in found.items()]:
            fault(f"記録と違う受領証です: {path}", f"A receipt of what the ledger did not record: {path}")
    for (_, snapshot), one in found.items():
        for digest, until in [] if one["gone"] else one["receipts"].values():
            if not any(k[0] == snapshot and digest in ("", k[1]) and k[2] >= until for k in kept):
                fault(f"受領証がありません: {snapshot}", f"The receipt that the ledger names is not there: {snapshot}")

def check_report(pdf, key):
    note, digest = read(pdf + ".note", 65536), hashlib.sha256(read(pdf)).hexdigest()
    if not note.startswith(b"toride rehearsal v1\n") or not is_signed(note, *key):
        raise Stop(f"この鍵で署名された控えではありません: {pdf}.note", f"No note signed by this key: {pdf}.note")
    says = dict(line.split(" ", 1) for line in note.decode().split("\n\n")[0].split("\n")[1:])
    if says["report-sha256"] != digest: raise Stop(f"署名されたPDFではありません: {pdf}", f"Not the PDF that was signed: {pdf}")
    say(f"署名された報告書です。結果 {says['result']} 終わり {says['ended']} 記録 {says['ledger-entry']} 番",
        f"The report that was signed: {says['result']}, ended {says['ended']}, entry {says['ledger-entry']}")
    return digest

def check(given):
    key, keepers, points = verifier_key(given.key), [verifier_key(one) for one in given.keeper], []
    digest = check_report(given.report, key) if given.report else None
    if not given.folder: return given.report or fault("ledger のフォルダーを付けてください。", "Give the folder of a ledger.")
    for path in [os.path.join(given.folder, "checkpoint"), *given.earlier]:
        note = read(path)
        cosigned = [is_cosigned(path, note, *keeper) for keeper in keepers]
        if not is_signed(note, *key) and not (points and any(cosigned)):
            raise Stop(f"この記録の鍵の署名がありません: {path}", f"Not signed by the ledger's key: {path}")
        size, root = opened(note, 1, *key)[0].split("\n")[1:3]
        points.append((path, int(size), base64.b64decode(root)))
    (_, size, root), found, hashes = points[0], {}, []
    for raw in entries(given.folder, size):
        hashes.append(sha(b"\0" + raw))
        if digest and f'"report":"{digest}"'.encode() in raw: digest = None
        try: take(found, *[json.loads(raw)[field] for field in ("type", "at", "data")])
        except (ValueError, KeyError, TypeError, AttributeError): pass  # of a newer Toride; hashed all the same
    if root_of(hashes) != root: fault("中身が署名と合いません。", "The entries do not give the signed root.")
    if not tiles_fit(given.folder, hashes): fault("検算用の値が違います。", "A stored hash is not what the entries give.")
    if digest: fault("この報告書は記録にありません。", "This report does not stand in the ledger.")
    for path, known, before in points[1:]:
        if known > size: fault(f"前より短くなりました: {path}", f"The log is shorter than it was: {path}")
        elif root_of(hashes[:known]) != before: fault(f"書き換えられました: {path}", f"The log was rewritten: {path}")
    for (_, snapshot), one in found.items():
        locks, gone = ", ".join(" ".join(lock) for lock in one["locks"].items()) or "-", one["gone"] or "-"
        say(f"{snapshot} 記録 {one['at']} 期限 {locks} 外した {gone}",
            f"{snapshot} recorded {one['at']} locked {locks} expired {gone}")
    if given.receipts: check_receipts(given.receipts, keepers, found)
    if not FAULTS: say(f"問題はありません。記録 {size} 件。", f"All is in order: {size} entries.")

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
for name, rest in (("folder", {"nargs": "?"}), ("--key", {"required": True}), ("--receipts", {}), ("--report", {})): parser.add_argument(name, **rest)
for name in ("--earlier", "--keeper"): parser.add_argument(name, action="append", default=[])
try: check(parser.parse_args())
except Stop as stop: fault(*stop.args)
except (OSError, ValueError, KeyError) as error: fault(f"読めません: {error}", f"Cannot be read: {error}")
except SystemExit as end: sys.exit(1 if end.code else 0)
sys.exit(1 if FAULTS else 0)
