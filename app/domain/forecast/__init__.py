"""What plans come to, while the dates of what they wait for are uncertain: drawn thousands of times, from a seed.

given       what is known: milestones, preferences, who holds them now, and from when on
draws       dates for the milestones, the same for every plan
days        moments as whole seconds, and the local days that they fall on
running     one plan, run in every draw at once: when each of its steps starts and ends
standing    what holds for each preference, from one step to the next
counting    split, detour and mismatch days, out of that
figures     what a comparison says
delivering  what other teams must deliver, and when they must be told
comparing   plans side by side
changing    what would change the answer
wording     the answer in plain words, by fixed rules
telling     figures as rows of a table and as members of JSON
picture     when each plan ends, as an SVG
foretelling the dates of one plan that runs

It runs through every draw at once: a column holds one whole number for each draw, so that ten thousand draws of four
plans take less than a second without any library. Nothing here reads a clock.
"""
