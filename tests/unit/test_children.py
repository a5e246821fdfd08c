"""Children do one task each, are stopped when they must be, and leave nothing behind."""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kamassess.children import Answer, Limits, Lost, Method, Overdue, Pool, Tell, safe_to_fork, start_method

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what is asked of /proc is there on Linux")
METHODS: tuple[Method, ...] = ("fork", "helper", "spawn") if safe_to_fork() else ("helper", "spawn")
"""A worker of pytest-xdist has threads, and must not fork."""
QUICK: tuple[Method, ...] = METHODS[:-1]
"""Those that start a child in milliseconds."""
GIB = 1 << 30


# -- what children do ----------------------------------------------------------------------------------------------------


def double(task: int, tell: Tell) -> int:
    return 2 * task


def act(task: tuple[Any, ...], tell: Tell) -> Any:
    """Do one of many things."""
    what, *content = task
    tell.step(f"to {what}")
    return getattr(_Acts, what)(tell, *content)


class _Acts:
    """What a child may do to others and to itself."""

    @staticmethod
    def answer(tell: Tell, value: Any) -> Any:
        return value

    @staticmethod
    def fail(tell: Tell) -> None:
        raise ValueError("of its own")

    @staticmethod
    def leave(tell: Tell, code: Any) -> None:
        raise SystemExit(code)

    @staticmethod
    def vanish(tell: Tell, code: int) -> None:
        os._exit(code)

    @staticmethod
    def kill_itself(tell: Tell, number: int) -> None:
        os.kill(os.getpid(), number)
        time.sleep(60)

    @staticmethod
    def crash(tell: Tell) -> None:
        faulthandler.disable()  # pytest's would tell of it at length
        ctypes.string_at(0)

    @staticmethod
    def eat(tell: Tell) -> int:
        return len(b"x" * (2 * GIB))

    @staticmethod
    def hang(tell: Tell) -> None:
        time.sleep(60)

    @staticmethod
    def hang_on(tell: Tell) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(60)

    @staticmethod
    def swallow(tell: Tell) -> str:
        try:
            time.sleep(60)
        except Overdue:
            tell.step("to go on")
        return "on time"

    @staticmethod
    def close_all(tell: Tell) -> None:
        os.closerange(0, 1000)
        time.sleep(60)

    @staticmethod
    def tell_what_cannot_be_read(tell: Tell) -> None:
        tell(_Unreadable())
        time.sleep(60)

    @staticmethod
    def answer_what_cannot_be_sent(tell: Tell) -> Any:
        return lambda: 0

    @staticmethod
    def leave_behind(tell: Tell, how: str) -> int:
        """The number of a process that stays."""
        if how == "program":
            return subprocess.Popen(["sleep", "60"]).pid
        if pid := os.fork():
            return pid
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            time.sleep(60)

    @staticmethod
    def die_with_heirs(tell: Tell) -> None:
        """End while a process that it has forked still has all its descriptors."""
        if os.fork() == 0:
            time.sleep(60)
        os._exit(7)

    @staticmethod
    def fork_and_return(tell: Tell) -> str:
        """Both processes go on as if each were the child."""
        return "the child" if os.fork() else "an impostor"

    @staticmethod
    def seen(tell: Tell) -> dict[str, Any]:
        masked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        return {
            "masked": sorted(masked),
            "interrupt": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
            "daemon": __import__("multiprocessing").current_process().daemon,
            "threads": os.environ.get("OMP_NUM_THREADS"),
        }


class _Unreadable:
    def __reduce__(self) -> Any:
        return _raise, ("not here",)


def _raise(text: str) -> None:
    raise LookupError(text)


def tell_all(task: list[Any], tell: Tell) -> int:
    for message in task:
        tell(message)
    return len(task)


def count_those_at_work(task: Path, tell: Tell) -> int:
    """How many children are at work, this one among them."""
    mark, met = task / str(os.getpid()), task.with_name("met")
    mark.touch()
    end = time.monotonic() + 10
    while not met.exists() and time.monotonic() < end:  # until two of them have met: a busy machine may start the second late
        time.sleep(0.01)
        if len(list(task.iterdir())) > 1:
            met.touch()
    time.sleep(0.05)
    found = len(list(task.iterdir()))
    mark.unlink()
    return found


def wait_and_tell(task: float, tell: Tell) -> float:
    tell(task)
    time.sleep(task)
    return task


# -- looking on ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def pool() -> Iterator[Callable[..., Pool[Any]]]:
    """Makes pools, and closes them."""
    made: list[Pool[Any]] = []

    def make(*arguments: Any, **options: Any) -> Pool[Any]:
        made.append(Pool(*arguments, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def _alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be asked for does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def _until(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _children() -> set[int]:
    """The processes that this one has started, those included that it has not waited for."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        found |= {int(pid) for pid in (task / "children").read_text(encoding="ascii").split()}
    return found


def _descriptors() -> set[str]:
    return {entry.name for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()}


def _one(pool: Pool[Any], *task: Any) -> Answer | Lost:
    ((_, ended),) = pool.run([task])
    return ended


# -- what becomes of a task ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_every_task_is_answered_as_it_comes(pool: Callable[..., Pool[int]], method: Method) -> None:
    # If this fails, a report is lost, made twice, or taken for another's.
    found = list(pool(double, 2, method=method).run(iter(range(5))))
    assert sorted(task for task, _ in found) == list(range(5))
    assert all(ended == Answer(2 * task) for task, ended in found)


ENDS: dict[str, tuple[tuple[Any, ...], Lost]] = {
    "an error": (("fail",), Lost("exited", "to fail", "ValueError: of its own")),
    "sys.exit": (("leave", 3), Lost("exited", "to leave", "its process ended by itself with code 3")),
    "sys.exit with words": (("leave", "words"), Lost("exited", "to leave", "its process ended by itself with code 1")),
    "os._exit": (("vanish", 0), Lost("exited", "to vanish", "its process ended by itself with code 0")),
    "a crash": (("crash",), Lost("killed", "to crash", "its process was ended by signal 11 (Segmentation fault)")),
    "killed": (
        ("kill_itself", signal.SIGKILL),
        Lost("killed", "to kill_itself", "its process was ended by signal 9 (Killed); the machine may have run out of memory"),
    ),
    "a signal without a name": (
        ("kill_itself", signal.SIGRTMIN + 3),
        Lost("killed", "to kill_itself", f"its process was ended by signal {signal.SIGRTMIN + 3} (Real-time signal 3)"),
    ),
    "cut off": (("close_all",), Lost("killed", "to close_all", "its process cut the connection, and was ended")),
    "heirs": (("die_with_heirs",), Lost("exited", "to die_with_heirs", "its process ended by itself with code 7")),
    "nonsense": (
        ("tell_what_cannot_be_read",),
        Lost("exited", "to tell_what_cannot_be_read", "what it told cannot be read: LookupError: not here"),
    ),
}


@pytest.mark.parametrize("method", QUICK)
@pytest.mark.parametrize("name", ENDS)
def test_what_was_lost_says_why(pool: Callable[..., Pool[Any]], method: Method, name: str) -> None:
    # If this fails, the summary of a batch blames the wrong thing, or one dying notebook takes the batch along.
    task, lost = ENDS[name]
    assert _one(pool(act, method=method), *task) == lost
    assert str(lost).startswith("to ")


def test_what_was_lost_says_why_where_there_is_no_fork(pool: Callable[..., Pool[Any]]) -> None:
    # If this fails, batches on macOS and Windows do not survive a notebook that dies.
    names = ("an error", "os._exit", "killed")
    found = [ended for _, ended in pool(act, method="spawn").run([ENDS[name][0] for name in names])]
    assert found == [ENDS[name][1] for name in names]


@pytest.mark.parametrize("method", QUICK)
def test_an_answer_that_cannot_be_sent_is_lost(pool: Callable[..., Pool[Any]], method: Method) -> None:
    # If this fails, the pool waits for ever, or falls over.
    ended = _one(pool(act, method=method), "answer_what_cannot_be_sent")
    assert isinstance(ended, Lost)
    assert ended.kind == "exited"
    assert "local object" in ended.detail


@pytest.mark.parametrize("method", METHODS)
def test_memory_ends_at_its_limit(pool: Callable[..., Pool[Any]], method: Method) -> None:
    # If this fails, one notebook takes the memory of the machine, and the kernel kills whom it likes.
    ended = _one(pool(act, 1, Limits(memory=GIB), method=method), "eat")
    assert ended == Lost("memory", "to eat", "it needed more than 1 GiB of memory")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(step_seconds=0.3), "to hang took longer than 0.3 s"),
        (Limits(whole_seconds=0.3), "it took longer than 0.3 s in all, and was at to hang"),
    ],
)
def test_what_takes_too_long_is_stopped(pool: Callable[..., Pool[Any]], method: Method, limits: Limits, why: str) -> None:
    # If this fails, one notebook that hangs holds up a batch for ever.
    began = time.monotonic()
    assert _one(pool(act, 1, limits, method=method), "hang") == Lost("deadline", "to hang", why)
    assert time.monotonic() - began < 10


def test_what_does_not_stop_is_killed(pool: Callable[..., Pool[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, code in C, or a notebook that catches everything, cannot be ended.
    monkeypatch.setattr("kamassess.children.pool._GRACE", 0.2)
    one = pool(act, 1, Limits(step_seconds=0.2), method=QUICK[0])
    assert _one(one, "hang_on") == Lost("deadline", "to hang_on", "to hang_on took longer than 0.2 s")


@pytest.mark.parametrize("method", QUICK)
def test_who_swallows_that_he_is_late_is_late(pool: Callable[..., Pool[Any]], method: Method) -> None:
    # If this fails, `except BaseException` in a notebook sets its deadline aside.
    ended = _one(pool(act, 1, Limits(step_seconds=0.2), method=method), "swallow")
    assert isinstance(ended, Lost)
    assert (ended.kind, ended.detail) == ("deadline", "to swallow took longer than 0.2 s")


def test_starting_does_not_count(pool: Callable[..., Pool[Any]]) -> None:
    # If this fails, a short deadline hits every notebook where processes are started anew, for they load libraries first.
    one = pool(double, 1, Limits(step_seconds=0.05, whole_seconds=0.05), method="spawn", preload=("colorsys",))
    assert [ended for _, ended in one.run([1])] == [Answer(2)]


def test_a_child_is_not_late_because_its_parent_is_busy(pool: Callable[..., Pool[Any]]) -> None:
    # If this fails, a notebook is stopped because saving another took long.
    one = pool(tell_all, 1, Limits(step_seconds=0.2), method=QUICK[0])
    assert [ended for _, ended in one.run([[1, 2]], told=lambda *_: time.sleep(0.3))] == [Answer(2)]


@pytest.mark.parametrize("method", QUICK)
def test_only_the_child_speaks_for_itself(pool: Callable[..., Pool[Any]], method: Method) -> None:
    # If this fails, a notebook that forks runs its other cells twice, and the outputs of both are mixed.
    assert _one(pool(act, method=method), "fork_and_return") == Answer("the child")


@pytest.mark.parametrize("method", METHODS)
def test_a_child_is_like_any_process(pool: Callable[..., Pool[Any]], method: Method) -> None:
    # If this fails, notebooks cannot be interrupted, cannot use multiprocessing, or their programs ignore signals.
    ended = _one(pool(act, method=method), "seen")
    assert isinstance(ended, Answer)
    assert (ended.value["masked"], ended.value["interrupt"], ended.value["daemon"]) == ([], True, False)


# -- running -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", QUICK)
def test_no_more_than_size_are_at_work(pool: Callable[..., Pool[Path]], tmp_path: Path, method: Method) -> None:
    # If this fails, --jobs 2 starts as many processes as there are reports.
    (tmp_path / "work").mkdir()
    tasks = [tmp_path / "work"] * 8
    found = [ended.value for _, ended in pool(count_those_at_work, 2, method=method).run(tasks)]  # type: ignore[union-attr]
    assert max(found) == 2


def test_tasks_are_taken_when_there_is_room(pool: Callable[..., Pool[int]]) -> None:
    # If this fails, a batch of ten thousand is planned in memory before the first report is made.
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(6):
            taken.append(number)
            yield number

    for done, _ in enumerate(pool(double, 2, method=QUICK[0]).run(tasks()), 1):
        assert len(taken) <= done + 2
    assert taken == list(range(6))


@pytest.mark.parametrize("method", METHODS)
def test_what_is_told_comes_whole_and_in_order(pool: Callable[..., Pool[Any]], method: Method) -> None:
    # If this fails, outputs of a notebook are mixed up, or a large one is cut.
    heard: list[Any] = []
    large = os.urandom(3_000_000)
    messages = [1, "two", large, {"four": None}]
    assert [ended for _, ended in pool(tell_all, method=method).run([messages], told=lambda _, m: heard.append(m))] == [Answer(4)]
    assert heard == messages


def test_ticks_come_while_children_work(pool: Callable[..., Pool[Any]]) -> None:
    # If this fails, the progress bar stands still, and Ctrl-C is not heard; or it is drawn for every message.
    ticks: list[float] = []
    list(pool(wait_and_tell, method=QUICK[0]).run([0.7], tick=lambda: ticks.append(time.monotonic())))
    assert 2 <= len(ticks) <= 6


@pytest.mark.parametrize("when", ["before", "between"])
def test_stop_begins_nothing_more(pool: Callable[..., Pool[Any]], when: str) -> None:
    # If this fails, Ctrl-C makes all that is left of a batch first, or loses what was nearly done.
    one = pool(double, 1, method=QUICK[0])
    found = []
    if when == "before":
        one.stop()
    for task, _ in one.run(range(5)):
        found.append(task)
        one.stop()
    assert found == ([] if when == "before" else [0])
    assert len(list(one.run(range(2)))) == 2, "it can be used again"


@pytest.mark.parametrize("method", QUICK)
def test_who_stops_listening_leaves_no_child(pool: Callable[..., Pool[Any]], method: Method) -> None:
    # If this fails, a batch that is interrupted leaves processes that go on making reports.
    heard: list[int] = []
    one = pool(_tell_number_and_hang, 2, method=method)

    def told(_: Any, pid: int) -> None:
        heard.append(pid)
        if len(heard) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(one.run([1, 2, 3], told=told))
    assert len(heard) == 2
    assert _until(lambda: not any(map(_alive, heard)))


def _tell_number_and_hang(task: Any, tell: Tell) -> None:
    tell(os.getpid())
    time.sleep(60)


def test_the_way_to_start_is_chosen_when_it_is_needed(pool: Callable[..., Pool[Any]]) -> None:
    # If this fails, a pool that was made before the program had threads forks with them, and a child waits for a lock for ever.
    assert start_method() == ("fork" if safe_to_fork() else "helper")
    done, thread = threading.Event(), None
    one = pool(act)
    try:
        thread = threading.Thread(target=done.wait)
        thread.start()
        assert start_method() == "helper"
        ended = _one(one, "seen")
    finally:
        done.set()
        thread.join() if thread else None
    assert isinstance(ended, Answer)
    assert ended.value["threads"] == "1", "a helper's child, not one of this process"


# -- nothing stays -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("how", ["program", "fork"])
def test_what_a_child_has_started_goes_with_it(pool: Callable[..., Pool[Any]], method: Method, how: str) -> None:
    # If this fails, every report that starts a program leaves one behind.
    ended = _one(pool(act, method=method), "leave_behind", how)
    assert isinstance(ended, Answer)
    assert _until(lambda: not _alive(ended.value))


@pytest.mark.parametrize("method", QUICK)
def test_nothing_is_left_after_many_tasks(pool: Callable[..., Pool[int]], method: Method) -> None:
    # If this fails, a batch ends when the process has no descriptors left, or the machine no numbers for processes.
    one = pool(double, 2, method=method)
    list(one.run([0]))
    gc.collect()
    children, descriptors = _children(), _descriptors()
    assert len(list(one.run(range(200)))) == 200
    assert _children() == children
    assert _descriptors() == descriptors


@pytest.mark.parametrize("close", [True, False])
def test_processes_that_wait_end_with_the_pool(close: bool) -> None:
    # If this fails, each pool leaves a helper or a warm process behind: when it is closed, or when nobody holds it any more.
    before = _children()
    for method in ("helper", "spawn"):
        one: Pool[int] = Pool(double, method=method)
        list(one.run([1]))
        assert _children() != before
        if close:
            one.close()
            one.close()
        del one
        gc.collect()
        assert _children() == before, method


def test_the_helper_says_what_it_cannot_find(pool: Callable[..., Pool[Any]]) -> None:
    # If this fails, a function that only the caller has is reported as a dead process, and the next task fails too.
    one = pool(_only_here, method="helper")
    _only_here.__module__, module = "no_such_module", _only_here.__module__
    sys.modules["no_such_module"] = sys.modules[module]
    try:
        with pytest.raises(ModuleNotFoundError, match="no_such_module"):
            list(one.run([1]))
    finally:
        _only_here.__module__ = module
        del sys.modules["no_such_module"]
    assert [ended for _, ended in one.run([1])] == [Answer(None)]


def _only_here(task: Any, tell: Tell) -> None:
    pass


SCRIPT = """
import os, sys, threading, time
from kamassess.children import Pool
def work(task, tell):
    import subprocess
    tell((os.getpid(), subprocess.Popen(["sleep", "60"]).pid))
    time.sleep(60)
def told(_, pids):
    print(os.getpid(), *pids, flush=True)
"""


@pytest.mark.parametrize("method", ["fork", "helper", "spawn"])
def test_children_die_with_a_parent_that_is_killed(tmp_path: Path, method: Method) -> None:
    # If this fails, killing a batch leaves its processes at work.
    (tmp_path / "told_work.py").write_text(SCRIPT, encoding="utf-8")
    script = f"import told_work\nlist(told_work.Pool(told_work.work, method={method!r}).run([1], told=told_work.told))"
    program = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, stdout=subprocess.PIPE, env=_environment())
    with program:
        assert program.stdout
        pids = list(map(int, program.stdout.readline().split()))
        started = _descendants(program.pid) | set(pids[1:2])
        program.kill()
    os.kill(pids[2], signal.SIGKILL) if method == "fork" and _alive(pids[2]) else None  # nobody is left to end it
    assert _until(lambda: not any(map(_alive, started | set(pids)))), method


def _descendants(pid: int) -> set[int]:
    children = {int(name) for name in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()}
    return children.union(*map(_descendants, children))


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def test_a_script_without_a_guard_can_use_it_from_threads(tmp_path: Path) -> None:
    # If this fails, a short script that runs notebooks starts itself again and again.
    script = """
        import sys, threading
        import papermill, nbformat
        from nbformat.v4 import new_code_cell, new_notebook
        print("begins")
        metadata = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
        nbformat.write(new_notebook(cells=[new_code_cell("n = 0"), new_code_cell("n + 1")], metadata=metadata), "in.ipynb")
        found = []
        def run(number):
            made = papermill.execute_notebook(
                "in.ipynb", None, engine_name="kamassess", kernel_name="python3", progress_bar=False,
            )
            found.append(made.cells[1].outputs[0].data["text/plain"])
        threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(*found)
    """
    (tmp_path / "script.py").write_text(textwrap.dedent(script), encoding="utf-8")
    command = [sys.executable, "-W", "error::ResourceWarning", "script.py"]
    ran = subprocess.run(command, cwd=tmp_path, env=_environment(), capture_output=True, text=True, check=False, timeout=120)
    assert (ran.stdout, ran.returncode) == ("begins\n1 1\n", 0), ran.stderr
