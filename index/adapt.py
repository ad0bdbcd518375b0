"""Train the adapter: a small correction to the default model, learnt from questions and their answers.

    python -m index.adapt pairs --news NEWS.jsonl.xz --avoid DIR… --out DIR
    python -m index.adapt train --pairs FILE… --reports FILE… --out DIR

A rank-16 product on every linear layer (LoRA: Hu et al. 2021, arXiv:2106.09685) and a shift of every bias and
LayerNorm weight, 1.39 M parameters of 118 M. Loss: softmax over the batch's own passages and one mined
hard negative each (Karpukhin et al. 2020, arXiv:2004.04906), cosine over temperature. What was trained, on
what and with which figures is in adapters/README.md. Nothing imports this module: it imports torch at once.
"""

from __future__ import annotations

import argparse
import json
import logging
import lzma
import math
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from corpus.errors import TashanError
from index import model as embedded
from index.embedder import SentenceTransformerEmbedder
from index.examples import Example, Material, prepare
from index.lora import Adapter
from index.pairs import write_pairs
from index.recipe import Recipe

LOG = logging.getLogger("tashan.adapt")

# ------------------------------------------------------------------ training


def train(material: Material, folder: Path, recipe: Recipe) -> Adapter:
    """Train an adapter for the model in `folder`."""
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    encoder = AutoModel.from_pretrained(
        folder,
        local_files_only=True,
        dtype=torch.float32,
        attn_implementation="eager",  # the fused kernel's backward pass is twice as slow on a CPU
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    adapter = Adapter(encoder, recipe)
    optimizer = torch.optim.AdamW(adapter.parameters(), recipe.rate, weight_decay=0.01)
    batches = [b for epoch in range(recipe.epochs) for b in _batches(material.examples, epoch, recipe, rng)]
    warm = max(1, round(recipe.warmup * len(batches)))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: _rate(s, warm, len(batches)))
    started, losses = time.monotonic(), []
    for step, batch in enumerate(batches, 1):
        loss = _loss(encoder, tokenizer, material, batch, recipe, rng)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(adapter.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
        if step % 10 == 0:
            spent = time.monotonic() - started
            LOG.info("step %d/%d loss %.3f, %.0f s", step, len(batches), np.mean(losses[-10:]), spent)
    return adapter


def _batches(
    examples: Sequence[Example], epoch: int, recipe: Recipe, rng: random.Random
) -> Iterator[list[Example]]:
    """Batches of questions to learn from, with some to be kept behind them."""
    kept = [e for e in examples if e.kind == "kept"]
    seen = [
        e for e in examples if e.kind == "written" or (e.kind != "kept" and e.number % recipe.epochs == epoch)
    ]
    rng.shuffle(seen)
    beside = min(len(kept), round(recipe.batch * recipe.kept_share))
    for start in range(0, len(seen) - recipe.batch // 2, recipe.batch):
        yield seen[start : start + recipe.batch] + rng.sample(kept, beside)


def _rate(step: int, warm: int, steps: int) -> float:
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _loss(
    encoder: nn.Module,
    tokenizer: Any,
    material: Material,
    batch: list[Example],
    recipe: Recipe,
    rng: random.Random,
) -> Tensor:
    """Cross entropy of the questions to learn from, and of kept ones the divergence from the untrained model.

    A kept question's scores over the batch's passages stay as they were (distillation: Hinton et al. 2015,
    arXiv:1503.02531); else questions with names, which how-to questions have not, are unlearnt.
    """
    shown = [example.right for example in batch] + [rng.choice(example.wrong) for example in batch]
    pieces = [material.pieces[i] for i in shown]
    texts = [piece.full if rng.random() < recipe.in_context else piece.plain for piece in pieces]
    questions = _encode(encoder, tokenizer, [f"query: {e.question}" for e in batch], recipe.question_tokens)
    scores = (
        questions @ _encode(encoder, tokenizer, [f"passage: {t}" for t in texts], recipe.passage_tokens).T
    )
    learnt = sum(example.kind != "kept" for example in batch)
    same = torch.tensor(
        [[p.doc == pieces[i].doc and j != i for j, p in enumerate(pieces)] for i in range(learnt)]
    )
    logits = (scores[:learnt] / recipe.temperature).masked_fill(same, -1e4)
    loss = functional.cross_entropy(logits, torch.arange(learnt))
    if learnt == len(batch):
        return loss
    before = material.question_vectors[[e.number for e in batch[learnt:]]] @ material.piece_vectors[shown].T
    teacher = functional.log_softmax(torch.from_numpy(before) / recipe.kept_temperature, dim=1)
    student = functional.log_softmax(scores[learnt:] / recipe.kept_temperature, dim=1)
    divergence = functional.kl_div(student, teacher, reduction="batchmean", log_target=True)
    return loss + recipe.kept_weight * divergence


def _encode(encoder: nn.Module, tokenizer: Any, texts: list[str], most: int, at_once: int = 16) -> Tensor:
    """Unit vectors with gradients, in parts of alike length so that little is padding."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    parts = []
    for start in range(0, len(order), at_once):
        part = [texts[i] for i in order[start : start + at_once]]
        tokens = tokenizer(part, padding=True, truncation=True, max_length=most, return_tensors="pt")
        mask = tokens["attention_mask"]
        with torch.autocast("cpu", torch.bfloat16):
            states = encoder(input_ids=tokens["input_ids"], attention_mask=mask)[0].float()
        parts.append((states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True))
    back = torch.tensor(order).argsort()
    return functional.normalize(torch.cat(parts), dim=1)[back]


# ------------------------------------------------------------------ the command


def _rows(paths: Sequence[Path]) -> list[dict[str, Any]]:
    lines: list[str] = []
    for path in paths:
        with (
            lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8")
        ) as file:
            lines += file
    return [json.loads(line) for line in lines if line.strip()]


def _make(args: argparse.Namespace) -> None:
    news = [(f"N{row['id']}", row["text"]) for row in _rows([args.news])]
    files = [path for folder in args.avoid for path in folder.rglob("*") if path.is_file()]
    avoid = [path.read_bytes().decode("utf-8", errors="replace") for path in files]
    LOG.info("%s", write_pairs(news, avoid, args.out, args.most, args.kept))


def _asked_of(
    pairs: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, str]], dict[str, str]]:
    """Pairs whose evidence is in words, and the texts they are about; an item without a name is N and its id.

    Evidence may be given by its place in the text, `start` and `end`, so that questions on texts that are
    not ours can be kept without those texts.
    """
    wanted = {pair["doc"] for pair in pairs}
    names = ((row.get("doc") or f"N{row['id']}", row["text"]) for row in rows)
    texts = {name: text for name, text in names if name in wanted}
    in_words = [
        pair if "evidence" in pair else pair | {"evidence": texts[pair["doc"]][pair["start"] : pair["end"]]}
        for pair in pairs
        if "evidence" in pair or pair["doc"] in texts
    ]
    return in_words, texts


def _train(args: argparse.Namespace) -> None:
    recipe = Recipe(epochs=args.epochs, seed=args.seed, rate=args.rate)
    pairs, reports = _asked_of(_rows(args.pairs), _rows(args.reports))
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = embedded.unpack(Path(scratch) / "base", adapter=args.onto)
        material = prepare(pairs, reports, SentenceTransformerEmbedder(folder), recipe)
        adapter = train(material, folder, recipe)
    adapter.save(args.out / embedded.SHIPPED_ADAPTER.name, args.strength)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one of the two commands; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m index.adapt", description="训练内置向量模型的适配器")
    commands = parser.add_subparsers(required=True)
    pairs = commands.add_parser("pairs", help="从新闻自动生成问答对")
    pairs.add_argument("--news", type=Path, required=True)
    pairs.add_argument("--avoid", type=Path, nargs="*", default=[], help="测试用的文件夹：与其重复的新闻不用")
    pairs.add_argument("--most", type=int, default=280, help="每一类最多多少对")
    pairs.add_argument("--kept", type=int, default=0, help="其他题材的问题最多多少对：训练后应与原来一样回答")
    pairs.set_defaults(run=_make)
    training = commands.add_parser("train", help="训练适配器")
    training.add_argument("--pairs", type=Path, nargs="+", required=True)
    training.add_argument("--reports", type=Path, nargs="+", required=True)
    training.add_argument("--epochs", type=int, default=Recipe().epochs)
    training.add_argument("--seed", type=int, default=Recipe().seed)
    training.add_argument("--strength", type=float, default=1.0)
    training.add_argument("--rate", type=float, default=Recipe().rate)
    training.add_argument("--onto", type=Path, help="在这个适配器之上接着训练；训练完用 index.blend 合起来")
    training.set_defaults(run=_train)
    for command in (pairs, training):
        command.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        args.run(args)
    except TashanError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
