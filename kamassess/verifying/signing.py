"""Who has signed the summary of a batch, asked of OpenSSH's ``ssh-keygen -Y verify``, an existing tool that nearly everybody has.

Signing is left to the same tool, which knows how keys are kept (passphrases, agents, security keys); ``docs/verify.md`` says how.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kamassess.errors import Fault, UsageError, quoted
from kamassess.temporary import PrivateFolder

__all__ = ["ENDING", "NAMESPACE", "Signature", "signature_of"]

ENDING = ".sig"
"""What ``ssh-keygen -Y sign`` adds to the name of a file."""
NAMESPACE = "kamassess"
"""What the signature is for: one that somebody has made for mails or commits does not count."""
_LARGEST = 1 << 16
_SECONDS = 30


@dataclass(frozen=True)
class Signature:
    """Whether a file is signed by somebody who may, and in words by whom, or why not."""

    sound: bool
    words: str


def signature_of(content: bytes, signature: Path, signers: Path) -> Signature:
    """What a signature is worth.

    Parameters
    ----------
    content
        The bytes that were read, so that they cannot be others than those that were signed.
    signature
        Its file.
    signers
        Who may sign, as OpenSSH has it: a line each, ``NAME ssh-ed25519 AAAA…``.

    Raises
    ------
    UsageError
        There is no such file of signers, or no ``ssh-keygen``.
    """
    program = shutil.which("ssh-keygen")
    if program is None:
        raise UsageError(Fault("there is no ssh-keygen to check the signature with", "Install OpenSSH's client, 8.2 or newer."))
    if not signers.is_file():
        remedy = "A line of it is a name and a public key: 'anna@example.com ssh-ed25519 AAAA…'."
        raise UsageError(Fault(f"there is no file of signers {quoted(signers.name)}", remedy))
    try:
        with signature.open("rb") as file:
            raw = file.read(_LARGEST)
    except OSError:
        return Signature(False, "is not signed")
    with PrivateFolder() as folder:
        copy = folder / "signature"
        copy.write_bytes(raw)
        if _run([program, "-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(copy)], content).returncode != 0:
            return Signature(
                False, "has a signature that does not fit it: one of the two was changed, or it is for something else"
            )
        given = ["-s", str(copy), "-f", str(signers.absolute())]
        found = _run([program, "-Y", "find-principals", *given])
        name = found.stdout.splitlines()[0].strip() if found.returncode == 0 and found.stdout.strip() else ""
        if not name:
            return Signature(False, f"is signed by nobody whom {quoted(signers.name)} names")
        checked = _run([program, "-Y", "verify", "-n", NAMESPACE, "-I", name, *given], content)
    if checked.returncode != 0:
        return Signature(False, f"is signed by {quoted(name)}, whose key {quoted(signers.name)} does not allow for this")
    return Signature(True, f"is signed by {quoted(name)}")


def _run(line: list[str], content: bytes = b"") -> subprocess.CompletedProcess[str]:
    try:
        ran = subprocess.run(line, input=content, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - no shell
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(
            Fault(f"ssh-keygen failed: {type(error).__name__}", "Run it by hand; docs/verify.md says how.")
        ) from None
    return subprocess.CompletedProcess(line, ran.returncode, ran.stdout.decode("utf-8", "replace"), "")
