"""Models that are shown where a thing is and give its pixels: two files in ONNX of the form of SAM's exports.

They answer whoever draws, click by click, and predict nothing by themselves. The files come from people, so a process
of its own opens and tries them before anybody is given the model: what ends that process does not end the server.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from goldsmith.core.errors import NotFound
from goldsmith.models import Access, Answer, Asked, Closed, Sample
from goldsmith.models.segmenter.sam import Segmenter, SegmenterSettings
from goldsmith.models.segmenter.trial import SECONDS_MOST

IS_TRIED_FIRST = True
settings = SegmenterSettings


def lacks() -> str:
    """What is to be installed first; empty: nothing."""
    return "" if importlib.util.find_spec("onnxruntime") else "Install it first: pip install 'goldsmith[onnx]'"


def open_model(settings: SegmenterSettings, access: Access) -> Model:
    """A model of two files."""
    if lacks():
        raise Closed("Models in ONNX are not installed.", hint=lacks())
    return Model(settings, access)


class Model:
    """Two files that belong together."""

    def __init__(self, settings: SegmenterSettings, access: Access) -> None:
        self._settings, self._access = settings, access

    def load(self) -> Segmenter:
        """The model, ready to be shown things; only for files that were tried."""
        return Segmenter(self._settings, *self._files())

    def check(self) -> str:
        """What goes in and what comes out, found by a process of its own that is shown an empty picture."""
        encoder, decoder = self._files()
        with TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "encoder.onnx").write_bytes(encoder)
            (place / "decoder.onnx").write_bytes(decoder)
            (place / "settings.json").write_bytes(msgspec.json.encode(self._settings))
            return _tried(place)

    def predict(self, samples: Sequence[Sample], asked: Asked) -> list[Answer]:
        """Nothing: it has to be shown what to look for."""
        raise Closed("This model predicts nothing by itself: it is shown things by whoever draws.",
                     hint="Draw with Shift+W.")

    def _files(self) -> tuple[bytes, bytes]:
        try:
            return self._access.read(self._settings.encoder_sha256), self._access.read(self._settings.decoder_sha256)
        except NotFound as error:
            raise Closed("A file of the model is not there.", hint="Send it again.") from error


def _tried(folder: Path) -> str:
    """What the trial says of the files in the folder; Closed where it fails, falls silent, or is ended by them."""
    env = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    env |= {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, filter(None, sys.path))), "HOME": str(folder)}
    command = [sys.executable, "-m", "goldsmith.models.segmenter.trial", str(folder)]
    try:
        done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=SECONDS_MOST,
                              check=False)
    except subprocess.TimeoutExpired as error:
        raise Closed(f"The model did not answer one click within {SECONDS_MOST} seconds.",
                     hint="Take a smaller one, or a faster machine.") from error
    if done.returncode == 0:
        return done.stdout.strip()
    if done.returncode == 1 and done.stdout.strip():
        raise Closed(done.stdout.strip())
    raise Closed(f"The files ended the process that tried them ({done.returncode}).",
                 hint="They are damaged, or need more memory than there is.")
