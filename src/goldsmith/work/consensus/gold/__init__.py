"""Gold: items whose answer is known, handed out among the others without a sign, to measure those who answer.

`routing.gold` hands them out, `given` keeps the answers, `judging` holds them against what is known and suspends gold
that good annotators contest, `known` is what a manager does with gold, `health` the figures.
"""
