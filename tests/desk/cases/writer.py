"""Writes answers into cases from many threads and says which were acknowledged; the durability test kills it."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from desk.cases import CaseStore
from engine import load


def main(url: str, name: str, threads: int, writes: int) -> None:
    store = CaseStore.open(url, load(engine="compiled"))
    cases = [store.create(who=name).id for _ in range(threads)]
    told = Lock()

    def write(number: int) -> None:
        # Two threads meet on each case, so that writes collide as well.
        case = cases[number % len(cases) // 2]
        value = f"{name}-{number}"
        changed = store.change(case, {"exchange.server": value}, revision=None, who=name)
        with told:
            # Only now does a caller know; what stands here must outlive everything.
            sys.stdout.write(f"{case} {changed.revision} {value}\n")
            sys.stdout.flush()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(write, range(writes)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
