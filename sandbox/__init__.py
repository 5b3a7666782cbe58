"""Stand-ins for My HealtheVet (MHV) and VA Profile: their real contracts, invented people, and a log that never lies.

people      who lives here: invented, the same for the same seed
store       what one system holds, and its log; a line of the log is written in the transaction of its effect
log         the lines of the log, and how a checker reads log and contents
stand_in    what every stand-in has beside its contract: marks, health, refusals
faults      what can be made to go wrong, while it runs
fault_file  the faults, for all processes of one stand-in
fencing     the fence, where a system is to check permits
tokens      MHV's sessions
mhv         MHV's contract
va_profile  VA Profile's contract
va_items    VA Profile's catalogue of items
reporting   what VA Profile pushes to its consumers, where it is told to
serving     the server and the command line
processes   stand-ins as processes of their own: start, stop, kill, pause

On top of them: traffic (front ends with diaries), recording (a run, for `cutover history check`), stage, live and demo.
"""
