"""The client of the cutover controller, for Python services that write preferences themselves.

client     the client of one service: where to read, and the right to write
writing    the right to make one write, as users hold it
errors     what users are told, beside `routes.Refused`
settings   what may be set

The rules, without any library:

elapsed    time that a pause or a changed wall clock cannot shorten
clocks     the clocks of this machine
spans      the durations that leases and writes are bounded by
routes     where a preference is read and written, and why it may not be
grants     what one lease holder knows and has under way: when it may write, what it may acknowledge
holding    one lease, kept by a thread

What one process runs:

keeping    its threads and their end
lease      the lease at the controller, over HTTP
reports    what is to be told with the next renewal
listening  the stream of events
replicas   the controller's addresses, tried in turn
sending    the ways to the systems
wire       one deadline, no late byte, and a precise answer to "was it sent?"
"""
