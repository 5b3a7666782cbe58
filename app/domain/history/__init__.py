"""The history checker: judges a recording of any run, by the logs alone. It imports nothing of the rest of the product.

lines       what one line of a recording says
members     the members of a line, each checked
reading     from one line of text to what it says
arrows      the legal changes of ownership, told anew: not the product's own table
reigns      from the ledger: who was the writer at each epoch
moves       freezes: all or none, and none that sticks
marks       what each activation stands on
sides       each accepted line against the reigns
told        what people were told against what the systems accepted
descent     records that a move carried, back to the last accepted write of the reign before
losses      each person's last acknowledged write, in the final contents
recording   everything that was read, in the least space
findings    what was found, counted and in sentences
verdict     all of it together
"""
