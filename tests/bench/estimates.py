"""How often the intervals of a certificate hold the truth, in simulated audits: `python -m tests.bench.estimates`."""

from __future__ import annotations

from itertools import product

from tests.quality.test_prediction_powered import class_audits, covered, error_audits

RUNS = 600


def main() -> None:
    """Print the share of audits whose interval held the truth, and its width against that of the audit alone."""
    print(f"{RUNS} audits each; held, width")
    for checked, rate, strength, scale in product((50, 200), (0.02, 0.1, 0.3), (1, 5), (0.2, 1, 5)):
        held, width = covered(error_audits(checked=checked, rate=rate, strength=strength, scale=scale, runs=RUNS))
        print(f"error {rate:.0%}, {checked} audited, strength {strength}, told times {scale}: {held:.3f} {width:.2f}")
    for checked, share, error, objects in product((30, 100, 400), (0.02, 0.1, 0.5), (0.0, 0.02, 0.1), (1, 6)):
        held, width = covered(class_audits(checked=checked, share=share, error=error, objects=objects, runs=RUNS))
        print(f"class {share:.0%}, {checked} audited, {error:.0%} wrong, {objects} an item: {held:.3f} {width:.2f}")


if __name__ == "__main__":
    main()
