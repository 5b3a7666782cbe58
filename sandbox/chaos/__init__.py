"""`make chaos`: many clients, three replicas, real faults, and a checker that has seen none of it.

proxy       a TCP proxy that cuts, stalls and delays what goes through it
cluster     a PostgreSQL of its own, with durable settings, that can be killed and started again
replica     one process of the service: killed, stopped, woken, started again, with another wall clock if asked
stage       all of it, for one part of a run
crew        the client processes: who they are, which people are theirs, killed and started again
diary       what a client process told its people
person      who writes, and the choices that are left
contracts   writes to both systems by their real contracts, under a permit or without one
leased      a client with a lease (`python -m`); ambush: one that stops itself between its check and its first byte
carried     a client that writes through the service (`python -m`)
advisory    a client without a lease (`python -m`)
mover       moves back and forth, undone and called off at times
faults      each kind of fault, and the lanes that apply them at random
forced      one write on the wrong side, forced: accepted without a fence, refused with one
parts       the three parts, their assumptions and their faults
recording   the recording of a part
verdict     what the checker found in each part, what was asked for and never happened, the RESULT line
"""
