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

The fence, for Python services that hold preferences:

fence      middleware: without a current permit, nobody writes there
raising    the address where a fence is raised
marking    one raise, under its locks
admission  what a fence admits and raises: the decisions alone
permits    permits, checked without asking anybody
keys       the public keys that permits are checked with
epochs     what a system was told, durable, and the locks around it
values     the file that holds one epoch
locks      locks among the threads and processes of one machine
bodies     the body of a request, read in front of the application
problems   how a fence says no
"""
