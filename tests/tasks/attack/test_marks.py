"""Quotation marks, and what only looks like one."""

from __future__ import annotations

import pytest

from extract.tasks.attack.marks import is_marked, marked_in

MARKS = [
    ("“Yes,” she said.", ["Yes,"]),
    ("‘We ran,’ he said.", ["We ran,"]),
    ("'We ran,' he said. 'It's over.'", ["We ran,", "It's over."]),
    ("‘The miners’ camp isn’t safe,’ she said.", ["The miners’ camp isn’t safe,"]),
    ("The miners' camp wasn't hit, the owners' union said.", []),
    ("It began in the '90s, and the rebels' chief left in '04.", []),
    ("‘Never closed, she said.", []),
    ("“never closed", ["never closed"]),
    ("He spoke of ‘a wound’ and ‘a shame’.", ["a wound", "a shame"]),
    ("“He said ‘no’ to me,” she said.", ["He said ‘no’ to me,"]),
    # marks of two kinds
    ('"We ran,” she said. “They came," he said.', ["We ran,", "They came,"]),
    ('“He said "no" to me,” she said.', ['He said "no" to me,']),
    ('"He said “no” to me," she said.', ["He said “no” to me,"]),
    ("“It was “very dark” here,” she said.", ["It was “very dark” here,"]),
    # a space behind the mark
    ('He called it " cruel and bad", and " a shame".', ["cruel and bad", "a shame"]),
    ("“ We ran ”, she said.", ["We ran"]),
    ('A screen of 5 " is small, and so is one of 6 " or so.', []),
    # two single marks for a double one, as on the wires and in LaTeX
    ("``We ran,'' she said. ``It's over.''", ["We ran,", "It's over."]),
    ("``He said `no,''' she told them.", ["He said `no,'"]),
    ("``The miners' camp isn't safe,\" she said.", ["The miners' camp isn't safe,"]),
    ("He called it ``a shame'', and 'a wound'.", ["a shame", "a wound"]),
    ("``never closed", ["never closed"]),
    ("It is 5' 11'' high, and the rebels'' camp is near.", []),
    ("Press ` twice, he said.", []),
]


@pytest.mark.parametrize(("text", "expected"), MARKS)
def test_marked(text: str, expected: list[str]) -> None:
    assert [text[m.span.start : m.span.end] for m in marked_in(text)] == expected


def test_marks_themselves_are_inside() -> None:
    text = "A “b” c"
    assert [is_marked(text, place) for place in range(len(text))] == [False, False, True, True, True, False, False]
