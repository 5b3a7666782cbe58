"""HTTP that keeps rule 4 of leases: one absolute deadline, no late byte, and a precise answer to "was it sent?".

messages    one request, one complete answer
call        the one request that a thread has under way, and the hook before its first byte
lookup      name lookups that end in time
connection  connections that keep the deadline and take unsent data with them
wire        one base address: a request and its answer, or a stream
"""
