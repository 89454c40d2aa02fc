"""Corrections that people make of a run, put into it or into another one of the same texts.

`sources` (files of corrections, corrected runs), `spots` (what a pointer names), `placing` (which record is meant), `steps` (what a
correction comes to), `agreeing` (people against each other), `spans` (offsets that came along), `remarks` (what is kept and told),
`tally` (how much is left of what a run said), `patching` (a document
changed in many places), `applying` (all of it for one article), `aftermath` (what changes
with the records). What a correction is: `records.corrections`.
"""
