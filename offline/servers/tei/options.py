"""The options of text-embeddings-router that mean something here.

Each is also read from the environment, as there.
"""

import argparse
import os
from pathlib import Path

from model import MODEL_ID


def read_arguments() -> argparse.Namespace:
    def flag(value: str) -> bool:
        return value.lower() != "false"

    parser = argparse.ArgumentParser(prog="text-embeddings-router", allow_abbrev=False)
    parser.add_argument("--model-id", default=os.environ.get("MODEL_ID", MODEL_ID))
    parser.add_argument("--hostname", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8080")))
    parser.add_argument(
        "--max-concurrent-requests",
        type=int,
        default=int(os.environ.get("MAX_CONCURRENT_REQUESTS", "512")),
    )
    parser.add_argument(
        "--max-client-batch-size",
        type=int,
        default=int(os.environ.get("MAX_CLIENT_BATCH_SIZE", "32")),
    )
    parser.add_argument(
        "--max-batch-tokens", type=int, default=int(os.environ.get("MAX_BATCH_TOKENS", "16384"))
    )
    parser.add_argument(
        "--auto-truncate",
        type=flag,
        nargs="?",
        const=True,
        default=flag(os.environ.get("AUTO_TRUNCATE", "true")),
    )
    parser.add_argument(
        "--huggingface-hub-cache",
        type=Path,
        default=Path(os.environ.get("HUGGINGFACE_HUB_CACHE", "/data")),
    )
    return parser.parse_args()
