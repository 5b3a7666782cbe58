"""The cutover controller. Imports point inward, and each layer has one kind of sentence:

domain       what is true: routes, transitions, moves, leases, plans. Pure: no clock, no input or output.
services     what we do: one use case a file, plain functions over ports.
adapters     how we reach things: each is named after the thing outside.
entrypoints  who may ask: parse, call one service, render.
settings     the environment, read once.
bootstrap    the only place that names concrete adapters.

A request: entrypoints.api → services.carrying → domain ROUTES → a grant at that epoch → a system adapter.
A change:  a plan's step → services.scheduling → a move, stage by stage → services.door → one transaction → notices.
"""
