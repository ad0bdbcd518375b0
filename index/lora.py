"""A frozen encoder with what an adapter changes of it: low-rank products, biases and LayerNorm weights.

LoRA: Hu et al. 2021, arXiv:2106.09685. Only training needs this module; a trained adapter is merged into the
weights by `index/model.py`.
"""

from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from index.recipe import Recipe


class LowRank(nn.Module):
    """A frozen linear layer with a trainable low-rank product added to its weights, and its bias trained.

    The product is added to the weights, not to what they put out: on short texts that is less to compute,
    and it is what merging will give.
    """

    def __init__(self, linear: nn.Linear, rank: int, scale: float) -> None:
        super().__init__()
        self.weight = linear.weight.detach().bfloat16()
        self.bias = linear.bias
        self.down = nn.Parameter(torch.randn(rank, linear.in_features) / math.sqrt(linear.in_features))
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))
        self.scale = scale

    def forward(self, x: Tensor) -> Tensor:
        """What the layer with the product merged into it gives."""
        return functional.linear(x, self.weight + (self.up @ self.down * self.scale).bfloat16(), self.bias)


class Adapter:
    """A frozen encoder, made trainable where the adapter changes it."""

    def __init__(self, encoder: nn.Module, recipe: Recipe) -> None:
        self.encoder = encoder.train()
        self._products: dict[str, LowRank] = {}
        self._vectors: dict[str, tuple[nn.Parameter, Tensor]] = {}
        for parameter in encoder.parameters():
            parameter.requires_grad_(False)
        for name, module in list(encoder.named_modules()):
            if name.startswith(("embeddings.LayerNorm", "encoder.")):
                self._open(name, module, recipe)

    def _open(self, name: str, module: nn.Module, recipe: Recipe) -> None:
        if not isinstance(module, (nn.Linear, nn.LayerNorm)):
            return
        for key, parameter in module.named_parameters(recurse=False):
            if parameter.ndim == 1:
                parameter.requires_grad_(True)
                self._vectors[f"{name}.{key}"] = (parameter, parameter.detach().clone())
        if isinstance(module, nn.Linear):
            product = LowRank(module, recipe.rank, recipe.alpha / recipe.rank)
            self._products[f"{name}.weight"] = product
            self.encoder.set_submodule(name, product)

    def parameters(self) -> list[nn.Parameter]:
        """Everything that is trained."""
        return [parameter for parameter in self.encoder.parameters() if parameter.requires_grad]

    def save(self, path: Path, strength: float = 1.0) -> None:
        """Write what `model.merge_adapter` reads, in 16 bits; a strength below 1 stays nearer the base.

        Interpolating weights keeps what the base model knew (Wortsman et al. 2022, arXiv:2109.01903).
        """
        from safetensors.torch import save_file

        out: dict[str, Tensor] = {}
        for name, product in self._products.items():
            out[f"{name}.lora_a"] = product.down.detach().half()
            out[f"{name}.lora_b"] = (product.up.detach() * (product.scale * strength)).half()
        for name, (now, before) in self._vectors.items():
            out[f"{name}.delta"] = ((now.detach() - before) * strength).half()
        save_file(out, path)
