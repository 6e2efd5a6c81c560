"""Signals: what is odd in somebody's answers, as evidence for a person to judge; never a verdict.

Each module tests one sort: `pace` (too fast), `collapse` (one label whatever the item), `copying` (the same wrong
answers as another person or a model), `twins` (shapes with the same coordinates as another's). A test gives for each
person, or pair, how improbable what was seen would be if all worked honestly and differed as people do; how much
people differ is learned from the project itself, robustly, and shrunk to a usual value where few people work.
`finding.discover` then keeps the false discovery rate of a whole project at 5 %.
"""
