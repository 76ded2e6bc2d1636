"""Programs of users: each system file that [tool.clysm] names in `systems` or `tests` becomes an image, with
the systems it uses compiled like its own, wherever they are installed. Those of `tests` are run.

    source + interfaces of its dependencies and of the library + compiler -> object:NAME/PATH
    objects, those of the library too + compiler -> program:NAME -> build/programs/NAME.wasm -> test:NAME

The compiler is the one of this project or, where the project has none, of the folder that Clysm itself is in.
A program with a failed module has no image; its report says why, in build/reports/programs.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from clysm.bootstrap.layout import program_name
from tasks.database import before_close
from tasks.freshness import Step
from tasks.run import run


def task_object() -> Iterator[dict[str, Any]]:
    """compile one module of a program of one's own: object:PROGRAM/PATH"""
    project = run().project
    yield {"name": None, "doc": task_object.__doc__}
    if not project.settings.programs:
        return
    from tasks import program_steps as steps

    made_of = [name for file in steps.library().values() for name in (file.object, file.interface)]
    library = Step(steps.write_listings, made_of, steps.listings(), f"{steps.FORMAT} library")
    yield {"basename": "library", "doc": "what programs are compiled and linked with", **library.task()}
    for program in steps.programs():
        for path in program.order:
            files = steps.files_of(program, path)
            needed = (steps.files_of(program, used).interface for used in program.closure[path])
            step = Step(
                partial(steps.compile_one, program, path),
                [
                    steps.input_path(program.files[path]),
                    *needed,
                    project.layout.library_interfaces,
                    steps.compiler_image(),
                ],
                [files.object, files.interface, files.results],
                "\n".join((steps.FORMAT, *map(" ".join, sorted(steps.code_options(program, path).items())))),
                borrows=True,
            )
            yield {"name": f"{program.name}/{path}", "doc": f"compile {path}", **step.task()}


def task_plan() -> Iterator[dict[str, Any]]:
    """check the definitions of a program of one's own: plan:NAME"""
    yield {"name": None, "doc": task_plan.__doc__}
    if not run().project.settings.programs:
        return
    from tasks import program_steps as steps

    for program in steps.programs():
        step = Step(
            partial(steps.check, program),
            steps.definition_files(program),
            (),
            "\n".join((steps.FORMAT, *program.order, steps.described_problems(program))),
        )
        yield {"name": program.name, "doc": f"check {program.definition}", **step.task()}


def task_program() -> Iterator[dict[str, Any]]:
    """link a program of one's own: program:NAME"""
    project = run().project
    yield {"name": None, "doc": task_program.__doc__}
    if not project.settings.programs:
        return
    from tasks import program_steps as steps

    before_close(steps.prepare_worker)
    before_close(steps.report_failures)
    for program in steps.programs():
        files = [steps.files_of(program, path) for path in program.order]
        step = Step(
            partial(steps.link, program),
            [
                *(name for file in files for name in (file.object, file.results)),
                project.layout.library_objects,
                steps.compiler_image(),
            ],
            [project.layout.program(program.name), project.layout.program_report(program.name)],
            "\n".join((steps.FORMAT, *program.order)),
            borrows=True,
        )
        needs = {"task_dep": [f"plan:{program.name}"]}
        yield {"name": program.name, "doc": f"link {program.definition}", **needs, **step.task()}


def task_test() -> Iterator[dict[str, Any]]:
    """run a test of one's own, when its program changed: test:NAME"""
    project = run().project
    yield {"name": None, "doc": task_test.__doc__}
    if not project.settings.tests:
        return
    from tasks import program_steps as steps

    for name in map(program_name, project.settings.tests):
        image, printed = project.layout.program(name), project.layout.test_output(name)
        signature = f"test 1 {project.settings.test_seconds}"
        step = Step(partial(steps.run_test, name), [image], [printed], signature, borrows=True)
        yield {"name": name, "doc": f"run the test {name}", **step.task()}
