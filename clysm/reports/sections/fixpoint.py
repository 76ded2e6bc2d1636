"""The fixpoint: verdict, guards, and what differs, by sections and functions."""

from collections.abc import Iterator

from clysm.reports import shown
from clysm.reports.markup import Content, Markup, join, tag
from clysm.reports.places import Place
from clysm.reports.tables import Column, Row, facts, table

NAMES = 200  # of functions of one kind that are listed


def fixpoint(report: Place) -> Markup:
    """What the gate found."""
    if not report:
        return tag("p", "The gate has not run: there is no report of it.")
    return join(tuple(_parts(report)))


def _parts(report: Place) -> Iterator[Content]:
    yield tag("p", "Verdict: ", shown.word(report["status"]), ", judged ", shown.time(report["timestamp"]))
    if report["error"]:
        yield tag("p", shown.text(report["error"]["type"]), ": ", shown.text(report["error"]["message"]))
    yield table("Images compared", IMAGE_COLUMNS, _images(report))
    comparison = report["comparison"]
    if comparison:
        yield from _comparison(comparison)
    yield table(
        "Guards of the verdict",
        (Column("Check"), Column("Passed"), Column("Required"), Column("Found")),
        [
            Row(
                (
                    shown.text(guard["check"]),
                    shown.yes_or_no(guard["passed"]),
                    shown.text(guard["required"]),
                    shown.text(guard["actual"]),
                )
            )
            for guard in report["guard"]
        ],
    )
    yield facts(_rest(report))


IMAGE_COLUMNS = (
    Column("Image"),
    Column("Bytes", True),
    Column("Valid"),
    Column("Rate", True),
    Column("Modules compiled", True),
    Column("Modules", True),
    Column("Forms", True),
    Column("SHA-256"),
)


def _images(report: Place) -> Iterator[Row]:
    for stage in ("stage0", "stage1", "stage2"):
        image = report[stage]
        if image:
            judged = "compilation_rate" in image.value
            counts = ("modules_compiled", "modules_total", "total_forms")
            yield Row(
                (
                    shown.code(image["path"]),
                    shown.number(image["size_bytes"]),
                    shown.yes_or_no(image["valid"]),
                    shown.percent(image["compilation_rate"]) if judged else shown.NONE,
                    *(shown.number(image[count]) if judged else shown.NONE for count in counts),
                    shown.hash_(image["sha256"]),
                )
            )


def _comparison(comparison: Place) -> Iterator[Content]:
    yield facts(
        (
            ("Identical", shown.yes_or_no(comparison["identical"])),
            ("First difference at byte", shown.number(comparison["first_diff_offset"])),
            ("Bytes that differ", shown.number(comparison["diff_bytes"])),
            ("Difference of sizes", shown.number(comparison["size_delta"])),
        )
    )
    if comparison["section_diffs"].value:
        yield table(
            "Sections that differ",
            (
                Column("Section"),
                Column("Id", True),
                Column("Bytes in the first", True),
                Column("Bytes in the second", True),
                Column("First difference", True),
            ),
            [
                Row(
                    (
                        shown.text(section["section_name"]),
                        *(
                            shown.number(section[key])
                            for key in ("section_id", "stage1_size", "stage2_size", "first_diff_offset")
                        ),
                    )
                )
                for section in comparison["section_diffs"]
            ],
        )
    functions = comparison["function_diff"]
    if functions:
        yield from _functions(functions)


def _functions(functions: Place) -> Iterator[Content]:
    kinds = (("only_in_1", "Only in the first"), ("only_in_2", "Only in the second"), ("changed", "Changed"))
    for key, words in kinds:
        yield tag("h3", f"{words}: ", shown.length(functions[key]), " functions")
        names = [tag("li", shown.code(functions[key][n])) for n in range(min(NAMES, len(functions[key])))]
        yield tag("ul", names, class_="names") if names else ""
        if len(functions[key]) > NAMES:
            yield tag("p", "The rest is in the JSON file.")
    if functions["first"]:
        first = functions["first"]
        yield tag("h3", "The first function that differs")
        yield facts((*_difference(first), ("Instruction", shown.number(first["instruction"]))))
    for entry in functions["entries"]:
        yield tag("h3", "Differs in section ", shown.text(entry["section_name"]))
        yield facts(_difference(entry))


def _difference(entry: Place) -> tuple[tuple[str, Content], ...]:
    return (
        ("Name", shown.code(entry["name"])),
        ("Index", shown.number(entry["index"])),
        ("Offset in the first", shown.number(entry["stage1_offset"])),
        ("Offset in the second", shown.number(entry["stage2_offset"])),
        ("In the first", shown.code(entry["stage1_text"])),
        ("In the second", shown.code(entry["stage2_text"])),
    )


def _rest(report: Place) -> Iterator[tuple[str, Content]]:
    parity, corpus, run = report["host_parity"], report["corpus"], report["run"]
    if parity:
        yield "Host parity: objects compared", shown.number(parity["compared"])
        yield "Host parity: identical", shown.yes_or_no(parity["identical"])
        if parity["first"]:
            first = parity["first"]
            yield (
                "First object that differs",
                join(shown.code(first["path"]), " at byte ", shown.number(first["offset"])),
            )
        if parity["differing"].value:
            yield "Objects that differ", _list(parity["differing"])
        if parity["images_identical"]:
            yield "Host parity: whole images", shown.yes_or_no(parity["images_identical"])
    if corpus:
        yield "Corpus programs that pass", shown.number(corpus["passed"])
        yield "Corpus programs", shown.number(corpus["total"])
        if corpus["failures"].value:
            yield "Corpus programs that fail", _list(corpus["failures"])
    yield "Making the second image (ms)", shown.number(run["stage2_generation_ms"])
    yield "Comparing (ms)", shown.number(run["comparison_ms"])
    yield "Corpus (ms)", shown.number(run["corpus_ms"])
    yield "Whole gate (ms)", shown.number(run["total_ms"])
    yield "Exit status", shown.number(report["exit_code"])
    yield "Engine", shown.text(run["engine"])
    yield "SHA-256 of the sources", shown.hash_(report["sources_sha256"])


def _list(texts: Place) -> Markup:
    return tag("ul", [tag("li", shown.code(text)) for text in texts])
