"""`make bench`: the budgets of the product, measured side by side in one run. Never timed tests.

row      one row: ours, the peer, their ratio, the budget, whether it is met; the table and the RESULT line
pause    how long people are kept from writing by a move
holders  lease holders as processes, for `pause`
history  the checker over a recording of a million events
compare  the four approaches, compared by 10,000 draws
run      the command line: every subject, or those that are named

A further subject is a file with a function `rows`, named in `run.SUBJECTS`.
"""
