"""The same notebook gives the same outputs under ``--engine kamassess`` and under ``--engine nbclient``.

nbclient takes seconds to start, so each kind of notebook runs once under it, in one process for all of them: all our notebooks
one after the other in one kernel, all awkward cells in another, and some short notebooks that end before their last cell.

What may differ is made the same before it is compared, and nothing else:

- colours, addresses in memory, and the names that a kernel gives to the files of cells;
- streams between two other outputs: a kernel sends standard output and then standard error, whatever came first;
- of a traceback, the lines around an error and all that is not the notebook's: IPython looks for the source of a kernel's cells
  in files, does not find them, and then shows the line that a function has got to since (line 4 below ``except``, not line 2);
- the ids that widgets and displays draw by lot, and how long something took;
- what older kernels do worse (``SINCE``): ours does with each of them what it does with the newest.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ipykernel
import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from packaging.version import Version
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from kamassess.batch import NOTEBOOKS
from kamassess.resources import carried

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
Program = Callable[..., "subprocess.CompletedProcess[str]"]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}

# -- the notebooks -------------------------------------------------------------------------------------------------------

AWKWARD = {
    "display ids": (
        "from IPython.display import *\nhandle = display('one', display_id='k'); display('two', display_id='k'); print('mid')",
        "update_display('three', display_id='k')",
        "handle.update('four'); display('five', display_id='other')",
        "update_display('nobody', display_id='unheard of')",
        "display('gone', display_id='g'); clear_output(); display('kept', display_id='h')",
        "update_display('a ghost', display_id='g'); update_display('kept too', display_id='h')",
        "display(HTML('<b>x</b>'), display_id='m', metadata={'a': 1}); update_display(HTML('<i>y</i>'), display_id='m')",
    ),
    "clear_output": (
        "print('gone'); clear_output(); print('kept')",
        "print('gone'); clear_output(wait=True); print('kept')",
        "print('kept'); clear_output(wait=True)",
        "print('next')",
        "display('gone'); clear_output(wait=True); display('kept'); clear_output(wait=True); 'result'",
        "print('gone'); clear_output(wait=True)\n1/0",
    ),
    "streams": (
        "import sys\nprint('a'); print('b', file=sys.stderr); print('c'); print('d', file=sys.stderr)\n1 + 1",
        "print('no newline', end='')",
        "print('10%', end='\\r'); print('20%', end='\\r'); print('done'); print('x\\by')",
        "print('before'); display('shown'); print('after')",
        "sys.stdout.write('four'), sys.stdout.writelines(['a', 'b']), sys.stdout.isatty(), sys.stdout.encoding",
        "sys.stdout.write(b'bytes')",
        "print('漢字 é \\N{GRINNING FACE} \\x00 \\x1b[31mred\\x1b[0m')",
        "import warnings; warnings.warn('careful'); warnings.warn('once more', DeprecationWarning)",
        "import logging; logging.getLogger('x').warning('logged'); logging.getLogger('x').info('not')",
        "from tqdm import tqdm\nfor _ in tqdm(range(3), mininterval=0, ncols=40, bar_format='{l_bar}{bar}|'): pass",
        "from tqdm.auto import tqdm as auto\nfor _ in auto(range(3), disable=True): pass\nauto.__module__",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as kept: print('hidden')\nkept.getvalue()",
        "print('x' * 5_000_000)",
        "help(str.zfill)",
        "print('later', flush=True); 'a result' if True else 0",
    ),
    "programs": (
        "!echo shell",
        "!echo wrong >&2",
        "lines = !printf 'a\\nb\\n'\nlines",
        "%%bash\necho out\necho err >&2",
        "%%sh\nexit 3",
        "import os, subprocess, time\ndef until_a_kernel_has_read_it(): time.sleep(0.3)",
        "subprocess.run(['echo', 'of a program']); until_a_kernel_has_read_it()",
        "print('first'); sys.stdout.flush(); os.system('echo second; echo wrong >&2'); until_a_kernel_has_read_it()",
        "os.write(1, b'written\\n'); os.write(2, b'complained\\n'); until_a_kernel_has_read_it()",
        "subprocess.run('cat', shell=True, capture_output=True).stdout",
        "!exit 4",
        "_exit_code",
        "%%writefile made_here.py\nVALUE = 42\nprint('imported')",
        "import made_here\nmade_here.VALUE",
        "%run made_here.py",
        "%%python -c 'print(1)'\npass",
    ),
    "errors": (
        "1/0",
        "def f(x):\n    return g(x)\ndef g(x):\n    return {}[x]\nf('key')",
        "try:\n    1/0\nexcept ZeroDivisionError as e:\n    raise ValueError('chained') from e",
        "try:\n    1/0\nexcept ZeroDivisionError:\n    raise KeyError('while handling')",
        "e = ValueError('noted'); e.add_note('a note'); raise e",
        "raise ExceptionGroup('several', [ValueError(1), TypeError('two')])",
        "a b",
        "def f():\nreturn 1",
        "  x = 1\n y = 2",
        "print('unclosed'",
        "%no_such_magic",
        "%%no_such_magic\nx",
        "nothing_here",
        "import no_such_module",
        "from os import no_such_name",
        "assert 1 == 2, 'they differ'",
        "raise SystemExit(0)",
        "raise SystemExit(3)",
        "sys.exit('a word')",
        "raise KeyboardInterrupt",
        "class E(Exception):\n    def _render_traceback_(self): return ['what is wrong', 'what to do']\nraise E('short')",
        "class E(Exception):\n    def __str__(self): raise RuntimeError('no text')\nraise E()",
        "raise StopIteration",
        "class R:\n    def __repr__(self): raise ValueError('no repr')\nR()",
        "display(R())",
        "def deep(n): return deep(n + 1)\ntry: deep(0)\nexcept RecursionError as e: print(e)",
        "%xmode Minimal\n1/0",
        "1/0",
        "%xmode Context",
        "async def boom(): raise OSError('awaited')\nawait boom()",
        "import traceback\ntry: 1/0\nexcept ZeroDivisionError: traceback.print_exc()",
        "input('Your name? ')",
        "import getpass; getpass.getpass()",
        "sys.stdin.read()",
        "class D:\n    def __del__(self): raise ValueError('deleting')\nd = D(); del d",
    ),
    "rich": (
        "HTML('<p>'), 1",
        "HTML('<p>')",
        "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>')",
        "Image(b'\\x89PNG\\r\\n\\x1a\\n' + bytes(16), format='png', width=10)",
        "display(Image(b'\\x89PNG\\r\\n\\x1a\\n' + bytes(16), format='png', width=10, alt='a picture'))",
        "Latex('$x$')",
        "display(Markdown('**b**'), Math('x'), Javascript('1'), JSON({'a': [1, None, 2.5]}, expanded=True))",
        "display({'text/plain': 'p', 'text/html': '<p>', 'application/x+json': {'a': (1, None)}}, raw=True)",
        "class P:\n    def _repr_png_(self): return b'\\x89PNG'\n    def __repr__(self): return 'P'\nP()",
        "display(P())",
        "class M:\n    def _repr_mimebundle_(self, **_): return {'text/x': 'x'}, {'text/x': {'w': 1}}\nM()",
        "display(M())",
        "class H:\n    def _repr_html_(self): return '<h>'\n    def _repr_latex_(self): return None\nH()",
        "class I:\n    def _ipython_display_(self): print('shows itself')\nI()",
        "b'bytes', bytearray(b'x'), {'set'}, 1.5, float('nan'), None",
        "class J:\n    def _repr_json_(self): return {'when': object()}\nJ()",
        "import datetime\nclass N:\n    def _repr_json_(self): return {1: (2, 3), 'day': datetime.date(2026, 1, 2)}\nN()",
        "None",
        "x = 3;",
        "2 + x;",
        "'first'\n'second'",
        "{i: 'x' * 30 for i in range(40)}",
    ),
    "history": (
        "'to be remembered'",
        "_",
        "__, ___, _i, _ii[:5], sorted(Out)[-1] == max(Out), In[1][:12], len(In) - 1 == max(Out) + 1",
        "Out[max(Out)][1], _oh is Out, _ih is In, _dh[0] == os.getcwd()",
        "_ = 'mine'",
        "'not remembered'",
        "_",
        "del _",
        "__name__, 'x' in globals(), get_ipython() is not None, sys.modules['__main__'].x",
        "sorted(name for name in globals() if name.startswith('_') and not any(map(str.isdigit, name)))",
        "%who_ls function",
        "get_ipython().execution_count > 5, get_ipython().user_ns is globals()",
    ),
    "magics": (
        "%%capture kept\nprint('caught'); display('shown'); 'result'",
        "kept.stdout, len(kept.outputs)",
        "kept.show()",
        "%%time\ny = 1",
        "%time 5",
        "get_ipython().run_line_magic('pwd', '') == os.getcwd()",
        "%matplotlib inline",
        "%env AGENT=smith",
        "os.environ['AGENT']",
        "%precision 2\n3.14159",
        "%precision\n",
        "%alias_magic t time",
        "%%html\n<b>bold</b>",
        "%%latex\n$x$",
        "%%javascript\n1",
        "?str.zfill",
        "%load_ext no_such_extension",
        "%%script --no-raise-error bash\necho $0; exit 2",
        "sorted({*get_ipython().magics_manager.lsmagic()['line']} - {'store'})",
    ),
    "running": (
        "async def later():\n    return 5\nawait later()",
        "import asyncio\nawait asyncio.sleep(0.01)\nprint('slept')",
        "await asyncio.gather(later(), later())",
        "async with contextlib.AsyncExitStack() as stack: print('inside')",
        "import matplotlib.pyplot as plt\nawait asyncio.sleep(0); plt.figure(figsize=(1, 1)); 'after'",
        "import threading\nts = [threading.Thread(target=print, args=(n,)) for n in range(3)]\nfor t in ts: t.start(); t.join()",
        "def fail(): raise ValueError('in a thread')\nt = threading.Thread(target=fail, name='t'); t.start(); t.join()",
        "import pickle, dataclasses\n@dataclasses.dataclass\nclass Kept:\n    n: int\npickle.loads(pickle.dumps(Kept(3)))",
        "import inspect\ninspect.getsource(later)",
        "import multiprocessing\nforking = multiprocessing.get_context('fork')\ndef double(n): return 2 * n",
        "with forking.Pool(2) as pool: r = pool.map(double, range(4))\nr",
        "def say(n): print(n, flush=True)",
        "with forking.Pool(1) as pool: pool.map(say, range(3)); pool.close(); pool.join()",
        "sys.stdout, kept = io.StringIO(), sys.stdout\nprint('into a string')",
        "print('still'); text = sys.stdout.getvalue(); sys.stdout = kept; text",
        "type(get_ipython()).__name__, 'IPKernelApp' in get_ipython().config, auto.__module__",
        "import concurrent.futures as f\nwith f.ThreadPoolExecutor(2) as pool: r = [*pool.map(double, range(4))]\nr",
        "len(sys.argv) > 0, sys.flags.interactive, sys.stdout is not sys.__stdout__",
        "here = os.getcwd(); os.mkdir('sub'); os.chdir('sub'); os.environ['CHANGED'] = 'yes'",
        "os.path.basename(os.getcwd()), os.environ['CHANGED'], os.popen('echo $CHANGED').read()",
        "os.chdir(here); '' in sys.path",
        "exec('print(1)'); eval('2')",
        "from __future__ import annotations\ndef g(x: Unknown): ...\ng.__annotations__",
        "class Sub(threading.local): pass\nSub().__class__",
        "threading.current_thread() is threading.main_thread()",
        "open('made.txt', 'w').write('x'), os.listdir('sub')",
    ),
    "libraries": (
        "import pandas as pd, numpy as np\nframe = pd.DataFrame({'a': [1, 2], 'b': ['x', None]})\nframe",
        "display(frame.head(1)); frame.a",
        "frame.style.format({'a': '{:.1f}'}).set_uuid('u').highlight_max(subset='a')",
        "np.arange(3), np.float64(1.5)",
        "import matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1)); plt.plot([1, 2]); plt.show()",
        "plt.figure(figsize=(1, 1)); plt.plot([1, 2])",
        "plt.figure(figsize=(1, 1)); plt.figure(figsize=(2, 1));",
        "fig, ax = plt.subplots(figsize=(1, 1)); ax.plot([1, 2]); fig",
        "fig",
        "from matplotlib.figure import Figure\nFigure(figsize=(1, 1))",
        "plt.figure(figsize=(1, 1)); print('before'); plt.show(); print('after')\n1/0",
        "plt.get_backend(), len(plt.get_fignums())",
        "%config InlineBackend.figure_formats = ['svg']\nplt.rcParams['svg.hashsalt'] = 's'",
        "%config InlineBackend.print_figure_kwargs = {'metadata': {'Date': None}}\nplt.figure(figsize=(1, 1));",
        "import ipywidgets as widgets\nslider = widgets.IntSlider(3, description='n')\nslider",
        "slider.value = 5; display(widgets.HBox([slider, widgets.Label('x')]))",
        "widgets.Image(value=b'\\x89PNG', format='png')",
        "slider.close()",
    ),
}
ENDS = {
    "fails": ("1", "print('before'); 1/0", "print('never')"),
    "leaves": ("1", "raise SystemExit(0)", "print('never')"),
    "leaves with 3": ("raise SystemExit(3)", "print('never')"),
    "exit": ("print('before')\nexit()",),
    "interrupted": ("raise KeyboardInterrupt", "print('never')"),
    "no repr": ("class R:\n    def __repr__(self): raise ValueError('no repr')\nR()", "print('never')"),
    "no json": ("class J:\n    def _repr_json_(self): return {'when': object()}\nJ()", "print('never')"),
    "not code": ("a b", "print('never')"),
}
LANGUAGES = ("en", "zh")


def _awkward() -> Any:
    """All awkward cells in one notebook, those that fail among them."""
    cells = [new_markdown_cell("# A title"), new_code_cell(""), new_code_cell("  \n")]
    for kind, sources in AWKWARD.items():
        cells.append(new_markdown_cell(kind))
        cells += [new_code_cell(source, metadata={"tags": ["raises-exception"]}) for source in sources]
    cells.append(new_code_cell("1/0", metadata={"tags": ["skip-execution"]}))
    return new_notebook(cells=cells, metadata=KERNEL)


def _ours() -> Any:
    """The notebooks of our reports in all languages, one after the other: what one leaves behind, the other finds, either way."""
    cells = []
    for path in sorted(carried("notebooks") / f"{name}.ipynb" for name in NOTEBOOKS):
        for language in LANGUAGES:
            notebook = load_notebook_node(str(path))
            notebook = parameterize_notebook(notebook, {"engagement": str(carried("sample_data")), "language": language})
            for number, cell in enumerate(notebook.cells):
                cell["id"] = f"{path.stem}-{language}-{number}"
                cells.append(cell)
    return new_notebook(cells=cells, metadata=KERNEL)


def _notebooks() -> Iterator[tuple[str, Any]]:
    yield "ours", _ours()
    yield "awkward", _awkward()
    for name, sources in ENDS.items():
        yield name, new_notebook(cells=[new_code_cell(source) for source in sources], metadata=KERNEL)


# -- running and comparing -----------------------------------------------------------------------------------------------


def run_all(engine: str, folder: Path) -> dict[str, str]:
    """Run all notebooks with an engine; of each that papermill says has failed, what it says."""
    failed = {}
    for name, notebook in _notebooks():
        (work := folder / name).mkdir()
        nbformat.write(notebook, work / "in.ipynb")
        try:
            papermill.execute_notebook(
                work / "in.ipynb",
                work / "out.ipynb",
                engine_name=engine,
                kernel_name="python3",
                cwd=work,
                progress_bar=False,
                request_save_on_cell_execute=False,
            )
        except PapermillExecutionError as error:
            failed[name] = f"{error.ename}: {error.evalue} in {error.exec_count}"
    return failed


def main(engine: str, folder: str) -> None:
    """What a process that runs them does."""
    sys.stdout.write(json.dumps(run_all(engine, Path(folder))))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """What each engine makes, in a process of its own: nbclient leaves event loops behind. Workers of pytest-xdist share it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    found = {}
    for engine in ("nbclient", "kamassess"):
        folder = shared / f"engine-{engine}"
        with (shared / f"engine-{engine}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "failed.json").exists():
                _make(engine, folder)
        found[engine] = Made(folder, json.loads((folder / "failed.json").read_text(encoding="utf-8")))
    return found


def _make(engine: str, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    command = f"import {__name__.rpartition('.')[2]} as this; this.main({engine!r}, {str(folder)!r})"
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    ran = subprocess.run(
        [sys.executable, "-c", command],
        env={**env, "PYTHONPATH": path, "IPYTHONDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    (folder / "failed.json").write_text(ran.stdout.splitlines()[-1], encoding="utf-8")


@dataclass(frozen=True)
class Made:
    """The notebooks that an engine has made, and what papermill said of those that failed."""

    folder: Path
    failed: dict[str, str]

    def notebook(self, name: str) -> Any:
        return nbformat.read(self.folder / name / "out.ipynb", 4)

    def cells(self, name: str) -> list[tuple[str, Any]]:
        """Each cell: its source, and what is to be compared."""
        cells = [cell for cell in self.notebook(name).cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", ())]
        return [(cell.source, self._comparable(cell)) for cell in cells]

    def _comparable(self, cell: Any) -> Any:
        ran = {key: value for key, value in cell.metadata.papermill.items() if key in ("status", "exception")}
        return [cell.get("execution_count"), ran, self.plain(_sorted(cell.get("outputs", ())))]

    def plain(self, value: Any) -> Any:
        """Without what may differ."""
        if isinstance(value, Mapping):
            if value.get("output_type") == "error":
                value = {**value, "traceback": [_without_lines(entry) for entry in value["traceback"] if not _elsewhere(entry)]}
            return {key: self.plain(content) for key, content in value.items()}
        if isinstance(value, list):
            return [self.plain(content) for content in value]
        if not isinstance(value, str):
            return value
        for pattern, instead in _DIFFERENT:
            value = pattern.sub(instead, value)
        return value.replace(str(self.folder), "…")


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_DIFFERENT = (
    (_COLOUR, ""),
    (re.compile(r"0x[0-9a-f]{6,}"), "0x…"),
    (re.compile(r"(?:/[\w.-]+)*/ipykernel_\d+/\d+\.py|<ipython-input-\d+-[0-9a-f]+>"), "<cell>"),
    (re.compile(r"(?<=\()\d+\.py(?=, line)"), "<cell>"),
    (re.compile(r"[0-9a-f]{32}"), "<id>"),
    (re.compile(r"[\d.]+(e\+\d+)? [mnμµu]?s\b"), "<time>"),
)


def _sorted(outputs: Iterable[Any]) -> list[Any]:
    """Outputs, each run of streams joined: standard output, then standard error."""
    found: list[Any] = []
    streams: dict[str, str] = {}
    for output in [*outputs, None]:
        if output is not None and output["output_type"] == "stream":
            streams[output["name"]] = streams.get(output["name"], "") + output["text"]
            continue
        found += [{"output_type": "stream", "name": name, "text": streams[name]} for name in sorted(streams, reverse=True)]
        streams = {}
        if output is not None:
            found.append(dict(output))
    return found


def _elsewhere(entry: str) -> bool:
    """Whether an entry of a traceback is about a place outside the notebook."""
    return _COLOUR.sub("", entry).startswith("File ")


def _without_lines(entry: str) -> str:
    """An entry of a traceback without the source, where it is about a cell."""
    text = _COLOUR.sub("", entry)
    return re.sub(r", line \d+", "", text.partition("\n")[0]) if text.startswith("Cell In") else text


# -- the tests -----------------------------------------------------------------------------------------------------------


SINCE = {"stops": Version("7.3"), "threads": Version("7.1")}
"""The first ipykernel that ends a notebook at a value that cannot be shown, and that loses nothing of what threads print."""


@pytest.mark.parametrize("name", ["ours", "awkward", *ENDS])
def test_cells_show_the_same(made: dict[str, Made], name: str) -> None:
    # If this fails, a notebook looks different when it is run by `kamassess report` and by hand, or not the same cells ran.
    theirs, mine = made["nbclient"].cells(name), made["kamassess"].cells(name)
    assert [source for source, _ in mine] == [source for source, _ in theirs]
    kernel = Version(ipykernel.__version__)
    if name == "no repr" and kernel < SINCE["stops"]:
        (_, (_, state, shown)), (_, (number, *_)) = mine
        assert (state["status"], shown, number) == ("failed", theirs[0][1][2], None)
        return
    different = [
        (source, found, expected)
        for (source, found), (_, expected) in zip(mine, theirs, strict=True)
        if found != expected and (kernel >= SINCE["threads"] or "threading" not in source)
    ]
    assert not different, "\n\n".join(
        f"{source}\n  ours: {found}\n  nbclient: {expected}" for source, found, expected in different
    )


def test_papermill_says_the_same_of_those_that_fail(made: dict[str, Made]) -> None:
    # If this fails, a script that calls papermill takes a failed notebook for a good one under one of the engines.
    theirs, mine = ({name: made[engine].plain(said) for name, said in made[engine].failed.items()} for engine in made)
    assert mine == theirs


@pytest.mark.parametrize("name", ["ours", "awkward"])
def test_widgets_are_kept_the_same(made: dict[str, Made], name: str) -> None:
    # If this fails, sliders are dead in a notebook that is opened later, or ghosts of closed ones are kept.
    theirs, mine = (_widgets(made[engine], name) for engine in made)
    assert mine == theirs
    assert len(mine) > 5


def _widgets(found: Made, name: str) -> list[str]:
    states = found.notebook(name).metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    return sorted(json.dumps(found.plain(state), sort_keys=True) for state in states.values())


def test_the_language_is_described_the_same(made: dict[str, Made]) -> None:
    # If this fails, JupyterLab and nbconvert colour the code of one of them as something else.
    theirs, mine = (made[engine].notebook("awkward").metadata.language_info for engine in made)
    assert mine == theirs


def test_program_output_stands_where_it_was_written(made: dict[str, Made]) -> None:
    # A kernel only promises the order within a stream. If this fails, what a program complains of stands after what followed.
    (outputs,) = (cell.outputs for cell in made["kamassess"].notebook("awkward").cells if "echo second" in cell.source)
    assert [(output.get("name"), output.get("text")) for output in outputs] == [
        ("stdout", "first\nsecond\n"),
        ("stderr", "wrong\n"),
    ]


def test_the_command_fails_with_the_cell_and_the_cause(program: Program, tmp_path: Path) -> None:
    # The command has a progress bar, and so a thread. If this fails, a script that calls it goes on with half a notebook.
    cells = [new_code_cell("print('before')"), new_code_cell("while True: pass"), new_code_cell("print('never')")]
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), tmp_path / "in.ipynb")
    ran = program("papermill", "in.ipynb", "out.ipynb", "--engine", "kamassess", "--execution-timeout", "1")
    assert ran.returncode == 1
    assert "cell 2 took longer than 1 s" in ran.stderr
    outputs = [output for cell in nbformat.read(tmp_path / "out.ipynb", 4).cells for output in cell.get("outputs", ())]
    assert [output.get("text", output.get("evalue")) for output in outputs] == ["before\n", "cell 2 took longer than 1 s"]
