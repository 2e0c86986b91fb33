"""What callers hand to the case store: an input that was read, and their key for a creation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from desk.cases.folding import STORED_EVIDENCE
from evidence import Evidence


@dataclass(frozen=True, slots=True)
class Input:
    """One input that was read for a case: its name, its bytes' SHA-256 and length, and what it gave."""

    name: str
    digest: str
    size: int
    evidence: Evidence

    @classmethod
    def of(cls, name: str, data: bytes, evidence: Evidence) -> Input:
        """What is kept of an input: what it gave, not what it was."""
        return cls(name[:200], hashlib.sha256(data).hexdigest(), len(data), evidence)

    def stored(self) -> dict[str, object]:
        """As it stands in the log."""
        return {
            "name": self.name,
            "digest": self.digest,
            "size": self.size,
            "read": STORED_EVIDENCE.dump_python(self.evidence, mode="json"),
        }


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A caller's key for one creation; the fingerprint is of all that was to be created."""

    caller: str
    key: str
    fingerprint: str

    @property
    def digest(self) -> str:
        """What is stored of the key."""
        return hashlib.sha256(self.key.encode()).hexdigest()
