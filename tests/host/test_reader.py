"""The reader: objects, positions, errors with positions."""

from __future__ import annotations

import pytest

from clysm.host.errors import ReadError
from clysm.host.objects import Char, Cons, Symbol, items_of
from clysm.host.printer import prin1
from clysm.host.reader import END, Reader
from clysm.host.world import World


def read_all(text: str) -> tuple[list[object], Reader]:
    reader = Reader(text, "test.lisp", World().lookup)
    forms = []
    while (form := reader.read()) is not END:
        forms.append(form)
    return forms, reader


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("foo", "COMMON-LISP-USER::FOO"),
        ("car", "COMMON-LISP:CAR"),
        (":key", ":KEY"),
        ("cl:car", "COMMON-LISP:CAR"),
        ("cl-user::foo", "COMMON-LISP-USER::FOO"),
        ("keyword:foo", ":FOO"),
        ("|a b|", "COMMON-LISP-USER::|a b|"),
        ("a|B c|d", "COMMON-LISP-USER::|AB cD|"),
        (r"\a", "COMMON-LISP-USER::|a|"),
        (r"|a\|b|", r"COMMON-LISP-USER::|a\|b|"),
        ("||", "COMMON-LISP-USER::||"),
        ("cl-user::|x y|", "COMMON-LISP-USER::|x y|"),
        ("#:g", "#:G"),
        (
            "%x +x+ *y* 1+ -",
            "COMMON-LISP-USER::%X COMMON-LISP-USER::+X+ COMMON-LISP-USER::*Y* COMMON-LISP:1+ COMMON-LISP:-",
        ),
        ("nil () NIL", "NIL NIL NIL"),
        ("12 -12 +12 12. 1/2 -4/8 4/2", "12 -12 12 12 1/2 -1/2 2"),
        ("1.5 1.5d0 1e3 1d3 .5 -0.0 1s0 1f0 1l0", "1.5 1.5d0 1000.0 1000.0d0 0.5 -0.0 1.0 1.0 1.0d0"),
        ("#xFF #b-101 #o17 #x1/10", "255 -5 15 1/16"),
        ('"a\\"b\\\\c" ""', '"a\\"b\\\\c" ""'),
        (r"#\a #\A #\Space #\newline #\( #\\ #\; #\u41", r"#\a #\A #\Space #\Newline #\( #\\ #\; #\A"),
        ("(1 . 2) (1 2 . 3) (1 (2) ())", "(1 . 2) (1 2 . 3) (1 (2) NIL)"),
        ("#(1 #(2) a)", "#(1 #(2) COMMON-LISP-USER::A)"),
        ("; comment\n1 #| two #| nested |# |# 3", "1 3"),
        ("'a", "(COMMON-LISP:QUOTE COMMON-LISP-USER::A)"),
        ("#'car", "(COMMON-LISP:FUNCTION COMMON-LISP:CAR)"),
        (
            "`(,1 ,@2)",
            "(CLYSM.KERNEL::QUASIQUOTE ((CLYSM.KERNEL::UNQUOTE 1) (CLYSM.KERNEL::UNQUOTE-SPLICING 2)))",
        ),
        ("(a . ,b)", "(COMMON-LISP-USER::A CLYSM.KERNEL::UNQUOTE COMMON-LISP-USER::B)"),
        ("a;b\n#|c|#d", "COMMON-LISP-USER::A COMMON-LISP-USER::D"),
        ("...", "COMMON-LISP-USER::|...|"),
    ],
)
def test_objects(text: str, printed: str) -> None:
    # outside a world every symbol is printed with its home package, and none of them as external
    forms, _ = read_all(text)
    assert " ".join(prin1(form) for form in forms).replace("COMMON-LISP::", "COMMON-LISP:") == printed


def test_identity_of_symbols_and_characters() -> None:
    forms, _ = read_all(r"foo FOO #:g #:g #\a #\a")
    assert forms[0] is forms[1]
    assert isinstance(forms[2], Symbol)
    assert forms[2] is not forms[3]
    assert isinstance(forms[4], Char)
    assert forms[4] is forms[5]


def test_positions_of_lists() -> None:
    forms, reader = read_all("(a\n  (b 'c)\n  (d))\n\n (e)")
    first, second = forms
    assert isinstance(first, Cons)
    _, b, d = items_of(first)
    quoted = b.cdr.car
    assert [reader.positions[item] for item in (first, b, quoted, d, second)] == [  # type: ignore[index]
        (1, 1), (2, 3), (2, 6), (3, 3), (5, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("(a (b)\n c", 1, 1, "list without end"),
        ("a )", 1, 3, "unmatched"),
        ('\n "abc', 2, 2, "string without end"),
        ("(a |b c)", 1, 4, "symbol without end"),
        ("#| a #| b |#", 1, 1, "comment without end"),
        ("(a . )", 1, 1, "missing object"),
        ("(. a)", 1, 1, "misplaced"),
        ("(a . b c)", 1, 1, "misplaced"),
        ("(a\n #.(b))", 2, 2, "dispatch character `#.`"),
        ("#+sbcl a", 1, 1, "dispatch character `#+`"),
        ("nopackage::a", 1, 1, "no package `NOPACKAGE`"),
        ("cl:no-such-symbol", 1, 1, "no external symbol `NO-SUCH-SYMBOL`"),
        ("a:b:c", 1, 1, "two package prefixes"),
        (r"#\nosuchname", 1, 1, "unknown character name"),
        ("#xZZ", 1, 1, "not a number in base 16"),
        ("1/0", 1, 1, "denominator 0"),
        ("'", 1, 1, "missing object"),
        ("#(1 2", 1, 1, "vector without end"),
    ],
)
def test_errors(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_all(text)
    assert message in caught.value.message
    assert (caught.value.position.line, caught.value.position.column) == (line, column)


def test_long_list_and_deep_nesting() -> None:
    forms, _ = read_all("(" * 300 + ")" * 300 + "(" + "x " * 20000 + ")")
    assert len(items_of(forms[1])) == 20000
