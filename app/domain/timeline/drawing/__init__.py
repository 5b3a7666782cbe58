"""A timeline as an SVG, wide and narrow: presentation attributes alone, no script, no style, no font from elsewhere.

measure   how much room words take, at most
ink       colours, and elements as text
layout    where things stand, for each of the two widths
axis      days to places; months, days and what of them is named
bands     what lies under all lines: blackouts, months, today
marks     what stands for a step or a milestone, and the room that it takes
words     what is written beside a mark, where there is room for it
picture   all of it
key       what the marks mean
"""
