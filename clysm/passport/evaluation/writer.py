"""Writes the body of a generated function: lines, blocks, nodes with their ids, texts computed when needed.

What is written is a straight line with branches and loops in it. Three things are decided while writing:

* Ids. They are known as long as every way through the package has made the same number of nodes; behind a
  branch or loop where that ends, they are counted from a variable.
* Texts. The canonical text of a value is computed where it is first needed, at most once in every region;
  what a loop needs of a value from outside is computed before the loop.
* Loose nodes (7.4). Whether a node is a child of another is known unless it depends on the way taken. Then
  the generated code keeps a list of the nodes made and a set of those used, for that field.

A region is a stretch of code that runs as a whole: the function, a branch, the body of a loop. It is named by
the way to it, a tuple of numbers; one region contains another if its name is a prefix of the other's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Final, TypeAlias, cast

from clysm.passport.evaluation.pieces import Piece, code, constant, join, separated
from clysm.passport.evaluation.proof import CONST, HASHED, NODE
from clysm.passport.evaluation.runtime import Constants

Region: TypeAlias = tuple[int, ...]

MAX_INDENTATION: Final = 60  # Python's own limit is 100
MAX_LOOPS: Final = 15  # inside each other; Python's own limit is 20


class Unsuited(Exception):
    """No function is generated for this package; the interpreter evaluates it."""


def contains(region: Region, other: Region) -> bool:
    """Whether code in `other` runs only while `region` does."""
    return other[: len(region)] == region


@dataclass(eq=False, slots=True)
class Block:
    """Lines of one indentation; what stands deeper is a block of its own."""

    lines: list[str | Block | Mark] = field(default_factory=list)
    deeper: bool = True  # than the block around it


@dataclass(eq=False, slots=True)
class Node:
    """A node of the proof, as far as it is known while writing."""

    id: Piece
    hash: Piece
    region: Region | None = None  # where it is made; None if its looseness is nobody's concern
    uses: list[Region] = field(default_factory=list)  # where it becomes a child
    is_listed: bool = False  # among the nodes made, at run time
    is_doubtful: bool = False  # its uses are noted at run time


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where a node is made or used, and the line that notes it if that is asked at run time."""

    node: Node
    is_use: bool
    line: str

    @property
    def is_needed(self) -> bool:
        return self.node.is_doubtful if self.is_use else self.node.is_listed


@dataclass(eq=False, slots=True)
class Cell:
    """Something computed when it is needed: `compute` writes the lines for it and says what it is."""

    region: Region  # where that is possible
    compute: Callable[[], Piece]
    known: list[tuple[Region, Piece]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop being written."""

    before: Block
    region: Region  # the one around the loop


@dataclass(frozen=True, slots=True)
class NextId:
    """The id of the next node: a number, or so many more than a variable."""

    base: str | None
    offset: int

    @property
    def piece(self) -> Piece:
        return constant(self.expression) if self.base is None else code(self.expression)

    @property
    def expression(self) -> str:
        if self.base is None:
            return str(self.offset)
        return f"{self.base}{self.offset:+d}" if self.offset else self.base


NOTHING: Final = constant("")


def fill(template: bytes, *parts: Piece) -> Piece:
    """One of the templates of `proof` with its places filled."""
    texts = template.decode().replace("%d", "%b").split("%b")
    woven: list[Piece | str] = [texts[0]]
    for part, text in zip(parts, texts[1:], strict=True):
        woven += (part, text)
    return join(*woven)


class Writer:
    """The function being written. `constants` are the global names of its module beside the usual ones."""

    def __init__(self) -> None:
        self.body = Block()
        self.region: Region = ()
        self.next_id = NextId(None, 0)
        self.constants: dict[str, object] = {}
        self._block = self.body
        self._indentation = 1
        self._loops: list[Loop] = []
        self._pending: list[str] = []  # constant nodes not yet added
        self._nodes: list[Node] = []  # of this field
        self._start = self.body  # a block at the start of this field
        self._numbers = count()

    # Lines and names

    def line(self, text: str) -> None:
        """Write a line here."""
        self._block.lines.append(text)

    def fresh(self, letter: str) -> str:
        """A new name."""
        return f"{letter}{next(self._numbers)}"

    def assign(self, letter: str, expression: str) -> str:
        """A new variable."""
        name = self.fresh(letter)
        self.line(f"{name} = {expression}")
        return name

    def unless(self, condition: str) -> None:
        """Leave the evaluation to the interpreter unless a condition holds."""
        self.line(f"if not ({condition}): raise Unable")

    def constant(self, value: object) -> str:
        """The global name of a value made now."""
        return self.named(self.fresh("K"), value)

    def named(self, name: str, value: object) -> str:
        """The same, of a value that has a name already."""
        self.constants[name] = value
        return name

    # Blocks

    @contextmanager
    def inside(self) -> Iterator[Block]:
        """Write a block under the line just written; it is a region of its own."""
        if self._indentation >= MAX_INDENTATION:
            raise Unsuited
        block, region = self._block, self.region
        self._block = Block()
        self.region = (*region, next(self._numbers))
        self._indentation += 1
        block.lines.append(self._block)
        yield self._block
        self.flush()
        self._indentation -= 1
        self._block, self.region = block, region

    def branch(self, condition: str, then: Callable[[], None], otherwise: Callable[[], None]) -> None:
        """Write both ways, or the one that is surely taken; ids go on behind them."""
        if condition in ("True", "False"):
            (then if condition == "True" else otherwise)()
            return
        self.flush()
        start = self.next_id
        ends: list[tuple[Block, NextId]] = []
        for head, way in ((f"if {condition}:", then), ("else:", otherwise)):
            self.line(head)
            self.next_id = start
            with self.inside() as block:
                way()
            ends.append((block, self.next_id))
        if ends[0][1] != ends[1][1]:
            base = self.fresh("o")
            for block, end in ends:
                block.lines.append(f"{base} = {end.expression}")
            self.next_id = NextId(base, 0)

    @contextmanager
    def loop(self, head: str) -> Iterator[None]:
        """Write the body of a loop; ids are counted from a variable in it and behind it."""
        if len(self._loops) >= MAX_LOOPS:
            raise Unsuited
        self.flush()
        before = Block(deeper=False)
        self._block.lines.append(before)
        base = self.assign("o", self.next_id.expression)
        self.line(head)
        self._loops.append(Loop(before, self.region))
        self.next_id = NextId(base, 0)
        with self.inside():
            yield
            self.line(f"{base} = {self.next_id.expression}")
            self.unless(f"{base} <= MAX_NODES")
        self._loops.pop()
        self.next_id = NextId(base, 0)

    # Cells

    def get(self, cell: Cell) -> Piece:
        """What a cell holds, computed here if it is not known yet, or before the loops that need it."""
        while cell.known and not contains(cell.known[-1][0], self.region):
            cell.known.pop()  # that region has been left for good
        if cell.known:
            return cell.known[-1][1]
        here = self._block, self.region, self._loops
        for depth, loop in enumerate(self._loops):
            if contains(cell.region, loop.region):
                self._block, self.region, self._loops = loop.before, loop.region, self._loops[:depth]
                break
        piece = cell.compute()
        cell.known.append((self.region, piece))
        self._block, self.region, self._loops = here
        return piece

    # Nodes

    def node(self, kind: bytes, data: Piece, children: Sequence[Node], *, bounded: bool = False) -> Node:
        """Complete a node with these children. `bounded`: its data is surely short."""
        for child in children:
            self.use(child)
        return self.made(self.complete(kind, data, children, bounded=bounded))

    def complete(
        self,
        kind: bytes,
        data: Piece,
        children: Sequence[Node],
        more: tuple[Piece, Piece] | None = None,
        *,
        bounded: bool = False,
    ) -> Node:
        """The same; noting what is made and used is left to the caller. `more`: see `more_children`."""
        more_ids, more_hashes = more or (NOTHING, NOTHING)
        ids = join(separated(child.id for child in children), more_ids)
        hashes = join(separated(join('"', child.hash, '"') for child in children), more_hashes)
        node_id, name = self.next_id.piece, constant(kind.decode())
        hashed = fill(HASHED, hashes, data, node_id, name)
        if hashed.constant is not None:
            digest = constant(sha256(hashed.constant.encode()).hexdigest())
            self._pending.append(cast(str, fill(NODE, ids, data, digest, node_id, name).constant))
        elif kind == CONST and data.constant is not None:
            digest = self._remembered(data.constant)
        else:
            digest = self._digest(hashed, bounded)
            self._add(fill(NODE, ids, data, digest, node_id, name).expression)
        self.next_id = NextId(self.next_id.base, self.next_id.offset + 1)
        return Node(node_id, digest)

    def made(self, node: Node) -> Node:
        """Note that a node of this field is made here."""
        node.region = self.region
        self._nodes.append(node)
        line = f"made.append(({number(node.id)}, {node.hash.expression}))"
        self._block.lines.append(Mark(node, False, line))
        return node

    def merged(self, digest: str) -> Node:
        """The node that both ways of the branch just written end with, its hash in a variable."""
        last = NextId(self.next_id.base, self.next_id.offset - 1)
        return self.made(Node(last.piece, code(digest)))

    def use(self, node: Node) -> None:
        """Note that a node becomes a child here."""
        if node.region is not None:
            node.uses.append(self.region)
            self._block.lines.append(Mark(node, True, f"used.add({number(node.id)})"))

    def start_field(self) -> None:
        """From here on nodes belong to another field."""
        self._nodes = []
        self._start = Block(deeper=False)
        self._block.lines.append(self._start)

    def more_children(self, pairs: str) -> tuple[Piece, Piece]:
        """Ids and hashes of nodes from a variable with pairs of them, each with a comma before it."""
        ids = self.assign("i", f"''.join([f',{{pair[0]}}' for pair in {pairs}])")
        hashes = self.assign("h", f"""''.join([f',"{{pair[1]}}"' for pair in {pairs}])""")
        return code(ids), code(hashes)

    def loose(self, value: Node) -> tuple[list[Node], tuple[Piece, Piece] | None]:
        """The loose nodes of the field (7.4): either known by now, or as `more_children`."""
        nodes = [node for node in self._nodes if node is not value]
        sure = [node for node in nodes if not node.uses]
        doubtful = [node for node in nodes if node.uses and not _is_used(node)]
        if not doubtful and all(node.region == self.region for node in sure):
            return sure, None
        for node in sure + doubtful:
            node.is_listed = True
        for node in doubtful:
            node.is_doubtful = True
        self._start.lines += ["made = []", "used = set()"]
        loose = self.assign("l", "[node for node in made if node[0] not in used]")
        return [], self.more_children(loose)

    def _digest(self, hashed: Piece, bounded: bool) -> Piece:
        encoded = f"{hashed.expression}.encode()"
        if not bounded:
            encoded = self.assign("b", encoded)
            self.line(f"size += len({encoded})")
            self.unless("size <= MAX_WORK")
        return code(self.assign("h", f"sha256({encoded}).hexdigest()"))

    def _remembered(self, data: str) -> Piece:
        """A constant whose id is known at run time."""
        digest, text = self.fresh("h"), self.fresh("n")
        self.line(f"{digest}, {text} = {self.constant(Constants(data))}[{self.next_id.expression}]")
        self._add(text)
        return code(digest)

    def _add(self, expression: str) -> None:
        self.flush()
        self.line(f"add({expression})")

    def flush(self) -> None:
        """Add the constant nodes that wait for another node to be added with them."""
        if self._pending:
            pending, self._pending = ",".join(self._pending), []
            self.line(f"add({pending!r})")

    # The end

    def lines(self) -> list[str]:
        """All lines, indented as the body of a function."""
        self.flush()
        return list(_flatten(self.body, 1))


def number(node_id: Piece) -> str:
    """A Python expression for an id as a number."""
    return node_id.source[1:-1] if node_id.constant is None else node_id.constant


def _is_used(node: Node) -> bool:
    """Whether a node is used whatever way is taken behind it."""
    return node.region is not None and any(contains(use, node.region) for use in node.uses)


def _flatten(block: Block, indentation: int) -> Iterator[str]:
    for line in block.lines:
        if isinstance(line, Block):
            yield from _flatten(line, indentation + line.deeper)
        elif isinstance(line, str) or line.is_needed:
            yield "    " * indentation + (line if isinstance(line, str) else line.line)
