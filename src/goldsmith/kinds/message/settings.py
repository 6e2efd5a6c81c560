"""What a field of messages asks for."""

from __future__ import annotations

from msgspec import Struct

ROLES = ("system", "user", "assistant", "tool")
SCALE_MOST = 10
TURNS_MOST = 400
SIDE_BY_SIDE_MOST = 4
REPLY_TOKENS_MOST = 16_384


class MessageSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which conversation it is about, who writes in it, and how its messages are judged."""

    prompt: str = ""  # data key of the conversation that is judged or gone on with: JSON messages, or one text
    instruction: str = ""  # data key of what is shown above, to whoever writes; models are not told it
    writes: tuple[str, ...] = ("user",)  # the roles that a person writes here
    models: tuple[str, ...] = ()  # ids of the predictors that answer; none: no model does
    side_by_side: int = 1  # how many of them answer at once, drawn by chance, without their names
    system: str = ""  # what the models are told before all
    reply_tokens_most: int = 1024
    temperature: float = 0.7  # 0 … 2
    scale: int = 5  # levels of a rating, 2 … 10; 0: messages are not rated
    must_rate: bool = False  # each answer on the way to the end
    must_prefer: bool = True  # one of the replies side by side, or a tie, wherever there are several
    tie: bool = True  # whether none may be better: equally good, or all bad
    correctable: bool = True
    turns_least: int = 0  # written here, on the way to the end
    turns_most: int = 200

    def __post_init__(self) -> None:
        """Refuse what no conversation can be."""
        strange = sorted(set(self.writes) - set(ROLES))
        if strange:
            raise ValueError(f"`writes` holds {', '.join(ROLES)}, not {strange[0]!r}.")
        if self.scale and not 2 <= self.scale <= SCALE_MOST:
            raise ValueError(f"`scale` is 2 to {SCALE_MOST}, or 0 for none, not {self.scale}.")
        if self.must_rate and not self.scale:
            raise ValueError("`must_rate` needs a `scale`.")
        if not 0 <= self.turns_least <= self.turns_most <= TURNS_MOST or not self.turns_most:
            raise ValueError(f"0 ≤ turns_least ≤ turns_most ≤ {TURNS_MOST} does not hold.")
        self._check_models()

    def _check_models(self) -> None:
        if not all(self.models) or len(set(self.models)) != len(self.models):
            raise ValueError("`models` names each predictor once.")
        if not 1 <= self.side_by_side <= SIDE_BY_SIDE_MOST:
            raise ValueError(f"`side_by_side` is 1 to {SIDE_BY_SIDE_MOST}, not {self.side_by_side}.")
        if self.models and self.side_by_side > len(self.models):
            raise ValueError(f"{self.side_by_side} answer side by side, but `models` names {len(self.models)}.")
        if not 1 <= self.reply_tokens_most <= REPLY_TOKENS_MOST:
            raise ValueError(f"`reply_tokens_most` is 1 to {REPLY_TOKENS_MOST:,}, not {self.reply_tokens_most}.")
        if not 0 <= self.temperature <= 2:
            raise ValueError(f"`temperature` is 0 to 2, not {self.temperature}.")
