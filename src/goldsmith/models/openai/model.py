"""Chat completions as OpenAI made them, which many servers speak: vLLM, llama.cpp, Ollama, and most hosted models."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from msgspec import Struct

from goldsmith.models import Access, Answer, Asked, Closed, NotReached, Prediction, Refused, Sample
from goldsmith.models.openai.asking import body_of, objects_of
from goldsmith.models.openai.calling import Caller
from goldsmith.models.outbound import check_address

AT_ONCE = 16
PARALLEL_MOST, TRIES_MOST, TIMEOUT_MOST_S, TOKENS_MOST, TEXT_MOST = 16, 10, 600.0, 100_000, 20_000
PRICE_MOST = 10**9
CURRENCY = re.compile(r"[A-Z]{3}")


class OpenaiSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the model is, what it is called there, and how it is asked."""

    address: str  # up to what stands before /chat/completions: https://api.example.com/v1
    model: str  # its name at that address
    instruction: str = ""  # said first; empty: ours
    prompts: dict[str, str] = {}  # by field: what is asked, with {{key}} for the item's data and {{labels}}
    form: Literal["schema", "object", "text"] = "schema"  # how the server holds the answer to JSON
    sees_pictures: bool = False  # whether pictures are sent along
    temperature: float = 0.0
    tokens_most: int = 2000  # of one answer
    timeout_seconds: float = 60.0
    tries: int = 4  # of one item, where the server is busy or gives nonsense
    parallel: int = 4  # items asked at the same time
    input_minor: int = 0  # price of a million tokens sent, of the currency's smallest unit
    output_minor: int = 0  # price of a million tokens written
    currency: str = ""

    def __post_init__(self) -> None:
        check_address(self.address)
        if not self.model.strip() or len(self.model) > 200:
            raise ValueError("The model has a name at its address, of at most 200 characters.")
        if any(len(text) > TEXT_MOST for text in (self.instruction, *self.prompts.values())):
            raise ValueError(f"A prompt has at most {TEXT_MOST:,} characters.")
        if not (math.isfinite(self.temperature) and 0 <= self.temperature <= 2):
            raise ValueError("A temperature is 0 to 2.")
        for name, value, most in (("tries", self.tries, TRIES_MOST), ("parallel", self.parallel, PARALLEL_MOST),
                                  ("tokens_most", self.tokens_most, TOKENS_MOST),
                                  ("timeout_seconds", self.timeout_seconds, TIMEOUT_MOST_S)):
            if not 1 <= value <= most:
                raise ValueError(f"{name} is 1 to {most:g}.")
        if not (0 <= self.input_minor <= PRICE_MOST and 0 <= self.output_minor <= PRICE_MOST):
            raise ValueError(f"A price is 0 to {PRICE_MOST:,}.")
        is_free = not self.input_minor and not self.output_minor
        if not CURRENCY.fullmatch(self.currency) if not is_free else self.currency:
            raise ValueError("Prices have a currency of three capital letters, as in EUR.")


settings = OpenaiSettings


def address(settings: OpenaiSettings) -> str:
    """Where the key is sent to."""
    return settings.address


def cost(settings: OpenaiSettings, tokens_in: int, tokens_out: int) -> tuple[float, str]:
    """What these tokens cost, in the currency's smallest unit, and which currency it is."""
    return (tokens_in * settings.input_minor + tokens_out * settings.output_minor) / 1_000_000, settings.currency


def open_model(settings: OpenaiSettings, access: Access) -> Model:
    """A model at an address."""
    return Model(settings, access)


class Model:
    """One model behind the protocol."""

    def __init__(self, settings: OpenaiSettings, access: Access) -> None:
        self._settings, self._access = settings, access

    def check(self) -> str:
        """The model's name, as the address lists it; a server without a list is asked for one token."""
        with Caller(self._settings, self._access) as caller:
            names = caller.names()
            if names is None:
                caller.complete({"model": self._settings.model, "max_tokens": 1,
                                 "messages": [{"role": "user", "content": "Say OK."}]})
                return self._settings.model
        if self._settings.model not in names:
            raise NotReached(f"There is no model {self._settings.model!r} at this address.",
                             hint="It has: " + ", ".join(names[:10]) if names else "It lists no models at all.")
        return self._settings.model

    def predict(self, samples: Sequence[Sample], asked: Asked) -> list[Answer]:
        """One call for each sample, `parallel` of them at a time."""
        with Caller(self._settings, self._access) as caller, ThreadPoolExecutor(self._settings.parallel) as pool:
            found = list(pool.map(lambda one: self._ask(caller, one, asked), samples))
        closed = next((one for one in found if isinstance(one, Closed)), None)
        if closed is not None:
            closed.tokens_in, closed.tokens_out = (
                sum(one.tokens_in for one in found), sum(one.tokens_out for one in found))
            raise closed
        return [one for one in found if not isinstance(one, Closed)]

    def _ask(self, caller: Caller, sample: Sample, asked: Asked) -> Answer | Closed:
        spent_in = spent_out = 0
        reason = ""
        try:
            body = body_of(self._settings, sample, asked, self._access.read)
            for _ in range(2):  # a model that wrote nonsense is asked once more
                found = caller.complete(body)
                spent_in, spent_out = spent_in + found.tokens_in, spent_out + found.tokens_out
                if found.finish == "length":
                    return Refused(reason=f"The answer was cut off after {self._settings.tokens_most} tokens.",
                                   tokens_in=spent_in, tokens_out=spent_out)
                try:
                    value, scores = objects_of(found.text, asked.schema, sample)
                except ValueError as error:
                    reason = str(error)
                    continue
                return Prediction(value=value, scores=scores, tokens_in=spent_in, tokens_out=spent_out)
        except Closed as error:
            error.tokens_in, error.tokens_out = spent_in, spent_out
            return error
        except NotReached as error:
            reason = error.message
        return Refused(reason=reason, tokens_in=spent_in, tokens_out=spent_out)
