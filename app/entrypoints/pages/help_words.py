"""What every word means, for the page of help. Its order is the page's; each has an id that other pages link to."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.plans import PlanState, StepState
from app.services.checks.answers import Verdict


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its id, the word, and what it means in plain words."""

    id: str
    word: str
    meaning: str


WORDS = (
    Word(
        "preference",
        "Preference",
        "A thing that a Veteran can choose in one channel, for example e-mail when a "
        "prescription is on its way. Each has one file in flags/.",
    ),
    Word(
        "system",
        "System",
        "MHV or VA.gov: a store that can hold a preference. Cerner is a source of records and never "
        "owns one; it goes on taking its own patients’ choices.",
    ),
    Word(
        "ownership",
        "Ownership",
        "Which system can change a preference now: MHV, VA.gov, or nobody. One row a "
        "preference, and never two systems at once.",
    ),
    Word(
        "epoch",
        "Epoch",
        "A number that grows by one with every change of who owns a preference. A right to write names "
        "its epoch, so that an older right counts no more.",
    ),
    Word("revision", "Revision", "A number that grows by one with every change of ownership of any preference."),
    Word(
        "lease",
        "Lease",
        "The right of one registered program to write named preferences for a short time, by default "
        "30 seconds. It asks again and again; when it cannot, the right runs out by itself.",
    ),
    Word("permit", "Permit", "The proof of a lease for one preference, signed, which a system can check by itself."),
    Word("fence", "Fence", "What stands before a system and refuses writes without a present permit."),
    Word("move", "Move", "One change of owner of one or more preferences: all of them, or none. It has eight stages."),
    Word("stage", "Stage", "One of the eight parts of a move; they stand below."),
    Word(
        "freeze",
        "Freeze",
        "The part of a move in which nobody can change the preference. Reading goes on. It has a limit, "
        "by default 2 minutes; past it the move is called off and the old owner can change it again.",
    ),
    Word("drain", "Drain", "Waiting until nobody can still be writing under the older epoch."),
    Word(
        "plan",
        "Plan",
        "A file in cutover_plans/ that says which moves are made, in which order, and what each waits for.",
    ),
    Word("step", "Step", "One line of a plan. It makes at most one move."),
    Word(
        "version",
        "Plan version",
        "The text of a plan that was started or accepted, with its hash. A changed file is not "
        "in force before somebody accepts it.",
    ),
    Word("milestone", "Milestone", "Something outside that a step waits for, with no date or an uncertain one."),
    Word(
        "check",
        "Check",
        "A question that is asked before and while something moves. Its answer is pass, fail or unknown; "
        "unknown counts as no.",
    ),
    Word(
        "surfaces",
        "Surfaces",
        "The pages on which a Veteran can change the preference now: the profile on MHV, the "
        "feature’s page on MHV, the profile on VA.gov. They change without a new epoch.",
    ),
    Word("retired", "Retired", "Nobody can change it anywhere any more. An administrator can restore it."),
    Word(
        "ledger",
        "Ledger",
        "The record of everything that happened, by whom and why. It only grows, and each entry holds "
        "the hash of the one before it, so that a change is found.",
    ),
    Word(
        "incident",
        "Incident",
        "Something that must not happen and was found, such as a change that the wrong system "
        "accepted. A person closes it with a reason.",
    ),
)

STOPPING = (
    Word("pause", "Pause", "A plan: no new step of it starts. A move that runs goes on to its end. Resume ends it."),
    Word(
        "stop",
        "Stop",
        "Everything: no step and no move starts, and every move before stage 7 is called off. Each "
        "preference stays with its owner. An administrator starts everything again.",
    ),
    Word(
        "lock",
        "Lock",
        "One preference: it cannot move, and a move of it that is before stage 7 is called off. Its owner "
        "goes on. An administrator unlocks it.",
    ),
    Word(
        "hold",
        "Hold",
        "One step: something came in its way and a person must decide, for example to retry it, to skip it "
        "or to give it another date. It happens by itself; nobody presses a button for it.",
    ),
    Word(
        "call-off",
        "Call off",
        "One move, before stage 7: the old owner can change the preference again within about a "
        "second, and no choice is lost. After stage 7, undo it: that is another move, the other way.",
    ),
)

CLIENTS = (
    Word(
        "lease-holder",
        "A program with a lease",
        "It writes to the owner itself, and only while its right lasts. When the "
        "controller is away it goes on reading, and its writes stop when the lease runs out. A freeze waits for it: "
        "milliseconds when it answers, its whole lease when it does not.",
    ),
    Word(
        "carried",
        "A program that lets the controller write",
        "It sends a choice here and the controller carries it to the "
        "owner and reads it back. It need not know who owns what. In a freeze it is told to try again in a moment; "
        "where the outcome is not known it is told that, and nothing is guessed.",
    ),
    Word(
        "advisory-reader",
        "A program that only asks who owns what",
        "The answer was true when it was given, and says how "
        "old it is. It grants nothing: whoever writes by it alone is not promised anything.",
    ),
    Word(
        "advisory-writer",
        "A program that writes without a lease",
        "A system with a fence refuses it. Without a fence it "
        "is looked for and not stopped, so its preference moves only where a plan accepts that in writing, and the "
        "move waits for it.",
    ),
    Word(
        "veteran",
        "A Veteran",
        "No choice that was confirmed is lost, and no two systems accept one at the same time. "
        "During a freeze the page says: “You can’t change this setting right now. Try again in a minute.”",
    ),
)

STEPS: Mapping[StepState, tuple[str, str]] = {
    StepState.WAITING: ("wait", "It waits for something that can be named."),
    StepState.DUE: ("due", "Its time has come; its checks are being asked."),
    StepState.RUNNING: ("now", "Its move is being made."),
    StepState.WATCHING: ("watch", "The new owner can change it and is watched."),
    StepState.DONE: ("ok", "Moved, and watched for long enough."),
    StepState.HELD: ("held", "A person must decide."),
    StepState.UNDONE: ("undone", "Its move was taken back."),
    StepState.SKIPPED: ("skipped", "Somebody decided to leave it out."),
    StepState.CANCELLED: ("cancelled", "Its plan was cancelled before it began."),
}
"""The states of a step: the mark, and what each means."""

PLANS: Mapping[PlanState, str] = {
    PlanState.DRAFT: "Written, and not started: nothing happens by it.",
    PlanState.RUNNING: "Its steps start by themselves when their needs are met.",
    PlanState.PAUSED: "No new step starts.",
    PlanState.DONE: "Every step has ended.",
    PlanState.CANCELLED: "Given up; what was moved stays where it is.",
}

CHECKS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.PASS: ("ok", "Yes."),
    Verdict.FAIL: ("bad", "No, with what is wrong and how many."),
    Verdict.UNKNOWN: ("doubt", "Nobody can say. That counts as no; it is asked again every minute."),
}

TIMES = (
    Word(
        "et",
        "Eastern time",
        "All times are Eastern (ET), with summer time as in New York. UTC stands beside the times that "
        "matter for a move.",
    ),
    Word(
        "nights",
        "Nights",
        "Between midnight and 6 a.m. the night is named: “Tue, Apr 29, 12:00 a.m. ET (Monday night)” "
        "is the night that begins on Monday evening.",
    ),
    Word(
        "chances",
        "8 in 10",
        "A forecast draws what may happen many times. “8 in 10: May 20 to Jun 26” means that 8 of 10 "
        "drawn futures end between these days, 1 ends earlier and 1 later. It is no promise.",
    ),
    Word("even-chance", "Even chance by", "Half of the drawn futures end by that day, and half later."),
    Word(
        "no-date",
        "No date",
        "A step that waits for something that nobody dated is left out of the forecast, and the forecast says so.",
    ),
)
