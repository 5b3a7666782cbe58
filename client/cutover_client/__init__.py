"""The client of the cutover controller, for Python services that write preferences themselves.

elapsed   time that a pause or a changed wall clock cannot shorten
clocks    the clocks of this machine
spans     the durations that leases and writes are bounded by
routes    where a preference is read and written, and why it may not be
grants    what one lease holder knows and has under way: when it may write, what it may acknowledge
holding   one lease, kept by a thread
"""
