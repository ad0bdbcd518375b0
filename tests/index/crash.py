"""A process that adds and removes files until it is killed, and says what it was told is done."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from index.embedder import FakeEmbedder
from index.store import LocalStore
from tests.index.filed import TOPICS, filed

FILES = 40


def main(root: Path, seed: int) -> None:
    draw = random.Random(seed)
    with LocalStore.open(root, FakeEmbedder(), create=True) as store:
        print("open", flush=True)
        for step in range(10_000):
            doc = f"{draw.randrange(FILES)}.txt"
            if draw.random() < 0.4 and doc in store.documents():
                print(f"removing {doc}", flush=True)
                store.remove([doc])
                print(f"removed {doc}", flush=True)
            else:
                text = f"{draw.choice(TOPICS)}第{seed}轮第{step}步。"
                print(f"adding {doc} {text}", flush=True)
                store.add([filed(doc, [text, draw.choice(TOPICS)])])
                print(f"added {doc} {text}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
