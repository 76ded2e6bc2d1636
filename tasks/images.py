"""QR images, made when they are asked for.

build/passports/SKU/qr.txt  ->  qr:SKU  ->  build/qr/SKU.png and SKU.svg
"""

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from clysm.issuing.names import safe_name
from clysm.workflow import atomic
from tasks.catalog import issuing
from tasks.freshness import Step
from tasks.run import run
from tasks.subjects import subjects


def draw(sku: str) -> None:
    """Write both images of a passport's QR text."""
    from clysm.issuing import images

    layout, project = issuing().layout, run().project
    text = project.path(f"{layout.passport(sku)}/qr.txt").read_bytes()
    atomic.write_if_changed(project.path(layout.image(sku, "png")), images.png(text))
    atomic.write_if_changed(project.path(layout.image(sku, "svg")), images.svg(text))


def task_qr() -> Iterator[dict[str, Any]]:
    """draw the QR image of one passport as PNG and SVG: qr:SKU"""
    shared = issuing()
    layout = shared.layout
    yield {"name": None, "doc": task_qr.__doc__}
    for subject in subjects():
        sku = subject.sku
        targets = [layout.image(sku, "png"), layout.image(sku, "svg")]
        text = str(PurePosixPath(layout.passport(sku)) / "qr.txt")
        step = Step(partial(draw, sku), [text], targets, f"qr 1 {shared.code}")
        yield {"name": safe_name(sku), "doc": f"draw the QR image of {sku!a}", **step.task()}
