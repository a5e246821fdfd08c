"""The command line: arguments, printing, exit codes. 0 done, 1 done but something failed, 2 the input or the call is wrong.

Nothing heavy is imported before it is known which command runs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from kamassess import __version__, home, later
from kamassess.errors import Fault, KamassessError, UsageError, of_the_machine, quoted
from kamassess.readable import visible

if TYPE_CHECKING:
    from kamassess.batch import Request
    from kamassess.result import AuditResult, UnitResult
    from kamassess.weights import Elicited

__all__ = ["main"]

_MOST_PORT = 65_535
_WIDE_TERMINAL = 120
_ROOM_FOR_BOTH = 100
"""Columns of a terminal from which on what was answered and what is measured stand beside each other."""
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    _open_what_is_closed()
    options = _parser().parse_args(arguments)
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    home.see_to_it()
    later.see_to_it()
    try:
        return _done(options)
    except KamassessError as error:
        for fault in error.faults:
            _say(str(fault))
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        _say("stopped")
        return 130
    except (OSError, MemoryError) as error:
        refused = of_the_machine(error)
        if refused is None:
            raise
        _say(str(refused))
        _drop_what_cannot_be_written()
        return 2


def _open_what_is_closed() -> None:
    """Whoever closes standard output or error wants to hear nothing; whoever writes there need not know."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - until this process ends


def _done(options: argparse.Namespace) -> int:
    """Run the command, and have all that it says said."""
    code = int(options.run(options))
    sys.stdout.flush()
    return code


def _drop_what_cannot_be_written() -> None:
    """What still waits for a full disk is not tried again at the end, where it would be a traceback."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    """Says back what it does not understand, such as the name of a file that a shell put there, without doing what it says."""

    def error(self, message: str) -> NoReturn:
        super().error(visible(message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="kamassess",
        description="Audit how well a company manages its key accounts: scored HTML and PDF reports in English and Chinese, "
        "one per business unit.",
    )
    parser.add_argument("--version", action="version", version=f"kamassess {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    demo = commands.add_parser("demo", help="make every report of the sample engagement")
    demo.add_argument("--out", default="reports", metavar="DIR", help="output folder or its URL (default: reports)")
    _running(demo)
    demo.set_defaults(run=_demo)

    init = commands.add_parser("init", help="make a new engagement folder, ready to fill")
    init.add_argument("folder", metavar="DIR")
    init.set_defaults(run=_init)

    check = commands.add_parser("check", help="list every problem in every input")
    check.add_argument("engagement", metavar="ENGAGEMENT")
    check.add_argument("--json", metavar="FILE", help="write the return of the wave as JSON; - for standard output")
    check.set_defaults(run=_check)

    score = commands.add_parser("score", help="show the scores, or write the whole result as JSON")
    score.add_argument("engagement", metavar="ENGAGEMENT")
    _waves(score)
    score.add_argument("--json", metavar="FILE", help="write the result as JSON; - for standard output")
    score.set_defaults(run=_score)

    report = commands.add_parser("report", help="make the report of one business unit")
    report.add_argument("engagement", metavar="ENGAGEMENT", help="its folder, or the URL of one")
    report.add_argument("--unit", metavar="U", help="id of the business unit; _group for reports about all units")
    _what(report)
    report.add_argument(
        "--notebook",
        metavar="N",
        help="unit_audit, group_overview, progress, retention_options, account_value or workshop_minutes (default: unit_audit)",
    )
    report.add_argument("--with-code", action="store_true", help="show the notebook's code in the report")
    report.set_defaults(run=_report)

    batch = commands.add_parser("batch", help="make the reports of all business units")
    batch.add_argument("engagement", metavar="ENGAGEMENT", help="its folder, or the URL of one")
    batch.add_argument("--units", type=_words, metavar="U,U", help="ids of business units, separated by commas (default: all)")
    _what(batch)
    batch.add_argument(
        "--notebook",
        type=_words,
        metavar="N,N",
        help="unit_audit, group_overview, progress, retention_options, account_value, workshop_minutes (default: all that apply)",
    )
    _running(batch)
    batch.set_defaults(run=_batch)

    questionnaire = commands.add_parser("questionnaire", help="write questionnaires to send out, for each role and language")
    questionnaire.add_argument("engagement", metavar="ENGAGEMENT")
    questionnaire.add_argument("--role", type=_words, metavar="R,R", help="ids of roles (default: all that are asked something)")
    units = "ids of business units, or all: one for each of them (default: one for all, in which the unit is chosen)"
    questionnaire.add_argument("--unit", type=_words, metavar="U,U", help=units)
    questionnaire.add_argument("--lang", type=_words, metavar="L,L", help="en, zh or both (default: the engagement's languages)")
    formats = "xlsx (the default), xlsform (one form for all roles, for ODK, KoboToolbox or SurveyCTO)"
    questionnaire.add_argument("--format", type=str.lower, default="xlsx", metavar="F", help=formats)
    questionnaire.add_argument("--out", metavar="DIR", help="output folder (default: questionnaires in the engagement folder)")
    questionnaire.set_defaults(run=_questionnaire)

    workshop = commands.add_parser("workshop", help="have a management team answer together, on their phones and a projector")
    workshop.add_argument("engagement", metavar="ENGAGEMENT")
    workshop.add_argument("--unit", metavar="U", help="id of the business unit")
    workshop.add_argument("--wave", metavar="W", help="wave (default: the current one)")
    workshop.add_argument(
        "--ask", type=_words, default=[], metavar="D,D", help="ids of dimensions or screens to ask (default: all dimensions)"
    )
    workshop.add_argument("--lang", metavar="L", help="language of the projector, en or zh (default: the engagement's first)")
    workshop.add_argument("--host", default="127.0.0.1", metavar="H", help="address to listen on (default: this machine only)")
    workshop.add_argument("--port", type=_port, default=8765, metavar="P", help="port to listen on; 0: any (default: 8765)")
    workshop.add_argument(
        "--url", default="", metavar="URL", help="what phones open, where that is not the address of this machine"
    )
    stored = "file or database URL in which it is kept (default: workshop.sqlite in the engagement folder)"
    workshop.add_argument("--store", default="", metavar="PLACE", help=stored)
    workshop.add_argument("--new", action="store_true", help="begin another workshop though there is one")
    workshop.add_argument("--demo", action="store_true", help="try it alone: simulated people take part, and nothing is kept")
    workshop.set_defaults(run=_workshop)

    weights = commands.add_parser("weights", help="work out weights from comparisons in pairs, and write an instrument with them")
    weights.add_argument("instrument", metavar="INSTRUMENT", help="a YAML file, or the id of a built-in instrument")
    weights.add_argument("tables", nargs="*", metavar="TABLE", help="CSV or XLSX files, one table a judge, or a folder of them")
    weights.add_argument("--template", action="store_true", help="write an empty table for judges to fill")
    weights.add_argument("--of", metavar="DIM", help="compare the criteria of this dimension or screen (default: the dimensions)")
    weights.add_argument("--out", metavar="FILE", help="write the instrument (or the empty table) there")
    weights.add_argument("--id", metavar="NEWID", help="id of the instrument written (default: the old one with '-weighted')")
    weights.add_argument("--accept-inconsistent", action="store_true", help="write it even if the judgements are inconsistent")
    weights.add_argument(
        "--random-index",
        choices=["saaty", "alonso_lamata"],
        default="saaty",
        help="table behind the consistency ratio (default: saaty)",
    )
    weights.set_defaults(run=_weights)

    verify = commands.add_parser("verify", help="say of reports whether they are what the inputs give, to the byte")
    verify.add_argument("places", nargs="+", metavar="REPORT", help="files, or folders of them such as that of a batch")
    held = "the engagement, a folder or a URL (default: one among the arguments, or the nearest above the reports)"
    verify.add_argument("--engagement", default="", metavar="DIR", help=held)
    verify.add_argument(
        "--brand", default="", metavar="FILE", help="the brand file that they were made with, if it lies elsewhere"
    )
    verify.add_argument("--template", default="", metavar="FILE", help="the template that decks were made from")
    signers = "who may sign the summary of a batch, as OpenSSH's allowed_signers"
    verify.add_argument("--signers", default="", metavar="FILE", help=signers)
    listed = "hold files against the summary of their batch alone, where there is no engagement to make them anew from"
    verify.add_argument("--listed", action="store_true", help=listed)
    verify.add_argument("--jobs", type=_count, metavar="N", help="reports made at the same time (default: one for each core)")
    verify.add_argument("--json", default="", metavar="FILE", help="write what was found as JSON; - for standard output")
    verify.set_defaults(run=_verify)

    instrument = commands.add_parser("instrument", help="work on an instrument file")
    actions = instrument.add_subparsers(title="actions", metavar="ACTION", required=True)
    instrument_check = actions.add_parser("check", help="list every fault of an instrument file")
    instrument_check.add_argument("file", metavar="FILE", help="a YAML file, or the id of a built-in instrument")
    instrument_check.set_defaults(run=_instrument_check)
    compare = actions.add_parser("compare", help="draft which questions of two versions of an instrument are the same")
    compare.add_argument("old", metavar="OLD", help="the older version: a YAML file, or the id of a built-in instrument")
    compare.add_argument("new", metavar="NEW", help="the newer version")
    compare.add_argument("--out", metavar="FILE", help="write the draft there (default: standard output)")
    compare.set_defaults(run=_instrument_compare)
    return parser


def _what(parser: argparse.ArgumentParser) -> None:
    _waves(parser)
    parser.add_argument("--lang", type=_words, metavar="L,L", help="en, zh or both (default: the engagement's languages)")
    formats = "html, pdf, xlsx (scorecard), pptx (deck), json (default: html,pdf)"
    parser.add_argument("--format", type=_lower, default=["html", "pdf"], metavar="F,F", help=formats)
    parser.add_argument("--out", metavar="DIR", help="output folder or its URL (default: reports in the engagement folder)")
    parser.add_argument("--brand", default="", metavar="NAME", help="a brand in the engagement's folder brands, or a brand file")
    parser.add_argument("--template", default="", metavar="FILE", help="a PPTX or POTX file that decks are made from")


def _waves(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wave", metavar="W", help="wave (default: the current one)")
    parser.add_argument("--since", metavar="W", help="earlier wave to compare with (default: the one before)")


def _running(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", type=_count, metavar="N", help="reports made at the same time (default: one for each core)")
    executor = "local (the default), or dask: on a cluster, which is one of this machine if none is named"
    parser.add_argument("--executor", choices=["local", "dask"], default="local", metavar="E", help=executor)
    parser.add_argument("--scheduler", metavar="URL", help="address of a Dask cluster, such as tcp://10.0.0.5:8786")
    parser.add_argument("--fresh", action="store_true", help="make every report anew (default: only what would be different)")
    parser.add_argument("--retry-failed", action="store_true", help="make what failed again, though nothing has changed")
    parser.add_argument("--timeout", type=_seconds, metavar="S", help="seconds that a report may take (default: 900)")
    parser.add_argument("--cell-timeout", type=_seconds, metavar="S", help="seconds that a part of it may take (default: 300)")
    parser.add_argument("--memory", type=_size, metavar="M", help="memory that a report may need, such as 512M (default: 4G)")


def _words(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words:
        raise argparse.ArgumentTypeError("nothing is named")
    return words


def _lower(text: str) -> list[str]:
    return _words(text.lower())


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of at least 1")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_PORT:
        raise argparse.ArgumentTypeError(f"'{text}' is no port: a number from 0 to {_MOST_PORT}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds")
    return seconds


def _size(text: str) -> int:
    units = {"K": 10, "M": 20, "G": 30}
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].upper() in units else (text, "")
    if not number.isdecimal() or not unit or int(number) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no size: write 512M or 4G, for example")
    return int(number) << units[unit]


def _say(text: str, stream: TextIO | None = None) -> None:
    print(visible(text), file=stream or sys.stderr)


# -- commands ------------------------------------------------------------------------------------------------------------


def _demo(options: argparse.Namespace) -> int:
    from kamassess.batch import Request
    from kamassess.resources import carried
    from kamassess.terminal import make_batch

    return make_batch(Request(str(carried("sample_data")), options.out), options)


def _init(options: argparse.Namespace) -> int:
    from kamassess.starter import make_engagement

    for path in make_engagement(Path(options.folder)):
        _say(path.as_posix(), sys.stdout)
    _say(f"Next: fill these, send out what 'kamassess questionnaire {options.folder}' writes, then run 'kamassess check'.")
    return 0


def _check(options: argparse.Namespace) -> int:
    from kamassess.checking import check

    return check(options.engagement, options.json)


def _score(options: argparse.Namespace) -> int:
    from kamassess.recipe import score

    result = score(options.engagement, options.wave, options.since)
    if options.json == "-":
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        for part in result.write_json():
            sys.stdout.write(part)
        return 0
    if options.json:
        from kamassess.batch import write_whole

        write_whole(Path(options.json), "".join(result.write_json()).encode())
        return 0
    _table(result)
    return 0


def _table(result: AuditResult) -> None:
    """Scores of all units for a reader at a terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    title = Text(visible(f"Wave {result.wave}, instrument {result.instrument.id} {result.instrument.version}"))
    table = Table(title=title, title_justify="left")
    console = Console()
    wide = console.width >= _WIDE_TERMINAL
    table.add_column("Unit", no_wrap=True)
    units = list(result.units.values())
    measured = any(unit.whole and unit.whole.n_measured for unit in units)
    answered = not measured or console.width >= _ROOM_FOR_BOTH
    more = [*(["Answered"] if answered else []), *(["Measured"] if measured else [])]
    for name in ("n", "Score", "95% interval", "Level", *more):
        table.add_column(name, justify="right", no_wrap=True)
    for dimension in result.instrument.dimensions if wide else ():
        table.add_column(dimension.id, justify="right", no_wrap=True)
    table.add_column("Remarks")
    for unit in units:
        overall = unit.overall
        interval = f"{overall.interval[0]:.2f}–{overall.interval[1]:.2f}" if overall.interval else "–"
        remarks = [f"held by {', '.join(overall.blocked_by)}"] if overall.blocked_by else []
        remarks += [overall.reason.replace("_", " ")] if overall.reason else []
        table.add_row(
            Text(unit.id),  # which may be anything, in brackets too
            str(unit.n_respondents),
            _two(overall.score),
            interval,
            str(overall.level) if overall.level is not None else "–",
            *([f"{overall.coverage:.0%}" if overall.coverage is not None else "–"] if answered else []),
            *([_measured(unit)] if measured else []),
            *(_two(unit.dimensions[dimension.id].score) for dimension in (result.instrument.dimensions if wide else ())),
            "; ".join(remarks),
        )
    console.print(table)


def _measured(unit: UnitResult) -> str:
    """What the data measure of a unit, and of how many criteria."""
    known = unit.whole
    return f"{known.measured:.2f} ({known.n_measured})" if known and known.measured is not None else "–"


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _report(options: argparse.Namespace) -> int:
    from kamassess.batch import GROUP
    from kamassess.terminal import make_one

    notebook = options.notebook or ("group_overview" if options.unit == GROUP else "unit_audit")
    about_all = notebook in ("group_overview", "retention_options", "progress")
    unit = options.unit or (GROUP if about_all else None)
    if unit is None:
        remedy = "Give it with --unit, or make a report about all units: --notebook group_overview."
        raise UsageError(Fault("no unit is named", remedy))
    if "," in unit:
        raise UsageError(Fault(f"{quoted(unit)} are several units", f"Use 'kamassess batch --units {unit}', or name one."))
    return make_one(_request(options, units=(unit,), notebooks=(notebook,), with_code=options.with_code))


def _batch(options: argparse.Namespace) -> int:
    from kamassess.terminal import make_batch

    return make_batch(_request(options, units=tuple(options.units or ()), notebooks=tuple(options.notebook or ())), options)


def _request(options: argparse.Namespace, **what: Any) -> Request:
    from kamassess.batch import Request, below

    _see_that_nothing_is_read_from(options.out, options.engagement)
    return Request(
        engagement=options.engagement,
        out=options.out or below(options.engagement, "reports"),
        languages=tuple(options.lang or ()),
        formats=tuple(options.format),
        wave=options.wave,
        since=options.since,
        brand=options.brand,
        template=options.template,
        **what,
    )


def _see_that_nothing_is_read_from(out: str | None, engagement: str) -> None:
    """Refuse to write into a folder from which inputs are read: what is written there is in the way of the next run."""
    for name in ("responses", "data", "scorecards") if out else ():
        folder = (Path(engagement) / name).resolve()
        if Path(out or "").resolve().is_relative_to(folder):
            raise UsageError(Fault(f"--out is in the folder {name}, from which inputs are read", "Choose another folder."))


def _questionnaire(options: argparse.Namespace) -> int:
    from kamassess.questionnaire import Wanted, write_questionnaires
    from kamassess.reading.engagement import load_declared

    _see_that_nothing_is_read_from(options.out, options.engagement)
    roles, units, languages = (tuple(words or ()) for words in (options.role, options.unit, options.lang))
    wanted = Wanted(load_declared(options.engagement), roles, units, languages)
    out = Path(options.out) if options.out else Path(options.engagement) / "questionnaires"
    for path in write_questionnaires(wanted, options.format, out):
        _say(path.as_posix(), sys.stdout)
    sent = (
        "upload these to the platform; put its CSV export"
        if options.format == "xlsform"
        else "send these out; put what comes back"
    )
    _say(f"Next: {sent} into responses, then run 'kamassess check {options.engagement}'.")
    return 0


def _instrument_check(options: argparse.Namespace) -> int:
    from kamassess.reading.instrument import load_instrument

    instrument = load_instrument(options.file)
    criteria = len(list(instrument.criteria()))
    _say(
        f"No problems found: {instrument.id} {instrument.version}, {len(instrument.dimensions)} dimensions, "
        f"{len(instrument.screens)} screens, {criteria} criteria, {len(instrument.questions)} questions, "
        f"in {' and '.join(instrument.languages)}.",
        sys.stdout,
    )
    return 0


def _instrument_compare(options: argparse.Namespace) -> int:
    from kamassess.reading.compare import compare_instruments

    draft = compare_instruments(options.old, options.new)
    if not options.out:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        sys.stdout.write(draft.yaml())
        return 0
    from kamassess.batch import write_whole

    path = Path(options.out)
    if path.exists():
        remedy = "Choose another name, or delete it: what was mended in it by hand would be lost."
        raise UsageError(Fault(f"{quoted(path.name)} is there already", remedy))
    write_whole(path, draft.yaml().encode())
    _say(f"{path.as_posix()}: {draft.counts}.", sys.stdout)
    for point in draft.look:
        _say(f"- {point}", sys.stdout)
    return 0


def _workshop(options: argparse.Namespace) -> int:
    from kamassess.workshop.command import Asked, run

    asked = Asked(
        engagement=options.engagement,
        unit=options.unit,
        wave=options.wave,
        agenda=tuple(options.ask),
        host=options.host,
        port=options.port,
        url=options.url,
        store=options.store,
        language=_language(options.lang),
        new=options.new,
        demo=options.demo,
    )

    def say(line: str) -> None:
        _say(line, sys.stdout)
        sys.stdout.flush()  # whoever starts it from a program waits for the links

    return run(asked, say)


def _language(name: str | None) -> str:
    from kamassess.locale import LANGUAGES

    if name is not None and name not in LANGUAGES:
        raise UsageError(Fault(f"no workshop in language {quoted(name)}", f"Choose one of: {', '.join(LANGUAGES)}."))
    return name or ""


def _verify(options: argparse.Namespace) -> int:
    from kamassess.verifying.command import Wanted, verify

    names = ("engagement", "brand", "template", "signers", "listed", "json", "jobs")
    return verify(Wanted(tuple(options.places), **{name: getattr(options, name) for name in names}))


def _weights(options: argparse.Namespace) -> int:
    from kamassess.reading.instrument import load_instrument
    from kamassess.reading.pairwise import chosen_items, read_pairwise
    from kamassess.weights import elicit, template, write_instrument, write_template

    instrument = load_instrument(options.instrument)
    out = Path(options.out) if options.out else None
    if options.template:
        if options.tables:
            raise UsageError(Fault("--template makes an empty table and reads none", "Leave out the tables, or --template."))
        items = chosen_items(instrument, options.of)
        if out:
            write_template(items, out)
        else:
            sys.stdout.write(template(items))
        return 0
    if not options.tables:
        raise UsageError(Fault("no table is given", "Name the files of the judges, or begin with --template."))
    if options.id and not out:
        raise UsageError(Fault("--id is the id of the instrument written, and none is", "Add --out FILE.yaml."))
    tables = read_pairwise([Path(table) for table in options.tables], instrument, options.of)
    elicited = elicit(tables, options.random_index)
    written = ""
    if out:
        accept = options.accept_inconsistent
        written = write_instrument(options.instrument, instrument, elicited, out, options.id, accept=accept)
    _weights_shown(elicited)
    if out:
        anyway = " all the same" if elicited.combined.inconsistent else ""
        _say(f"Written{anyway}: {out.as_posix()}, id {written}. Name it under 'instrument:' in engagement.yaml.", sys.stdout)
    return 0


def _weights_shown(elicited: Elicited) -> None:
    """What each judge said, and what follows, for a reader at a terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from kamassess.weights import remark, verdict

    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    console = Console()
    judges = Table(title=f"Comparisons of {elicited.items}", title_justify="left")
    judges.add_column("Judge")
    judges.add_column("Made", justify="right", no_wrap=True)
    judges.add_column("CR", justify="right", no_wrap=True)
    judges.add_column("Remarks")
    for judge in elicited.judges:
        ratio = "–" if judge.result.cr is None else f"{judge.result.cr:.3f}"
        named = Text(quoted(judge.judge)[1:-1])
        judges.add_row(named, f"{judge.made} of {judge.pairs}", ratio, remark(judge, elicited.items.ids))
    console.print(judges)
    number = len(elicited.judges)
    weights = Table(title=f"Weights from {number} judge{'s' if number > 1 else ''}, with mean 1", title_justify="left")
    weights.add_column("Id", no_wrap=True)
    weights.add_column("Name")
    for heading in ("Weight", "Share", "Judges' range")[: 3 if elicited.ranges else 2]:
        weights.add_column(heading, justify="right", no_wrap=True)
    for item, weight in elicited.weights.items():
        name = elicited.items.names[item]
        cells = [f"{weight:.4f}", f"{elicited.shares[item]:.1%}"]
        if elicited.ranges:
            low, high = elicited.ranges[item]
            cells.append(f"{low:.1%}–{high:.1%}")
        weights.add_row(item, Text(visible(name.get("en") or next(iter(name.values())))), *cells)
    console.print(weights)
    for line in verdict(elicited):
        console.print(line, highlight=False, markup=False)


if __name__ == "__main__":
    sys.exit(main())
