"""Expectation–maximisation for labels of a crowd: the parts that `quality.aggregate` puts together."""
