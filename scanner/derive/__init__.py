"""Facts computed from facts, at check time.

A fact is one file named after it, here or in a sub-package; `passes` says how it is declared.
"""

from scanner.derive.facts import Facts, reads_of

__all__ = ["Facts", "reads_of"]
