"""One plan as a timeline: what has happened, what is set, what is uncertain, on the days of Eastern time.

days      moments and days as places on an axis on which every day is one day, of 23 or 25 hours too
shapes    what a timeline holds
facts     what it is made from
lines     a step, or a milestone, as a line of it
telling   all of it together, from the first day to the last
wording   days and lines in plain words
describing the same in at most six sentences
table     the same as rows of a table
drawing   the same as an SVG, wide and narrow, with its key
"""
