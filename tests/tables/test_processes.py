"""Work shared by processes: what one would give, in its order, whatever happens to them."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence

import numpy as np
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux")


def run(code: str, arguments: Sequence[str] = ()) -> subprocess.CompletedProcess:
    """A program of its own, since what runs the tests has threads."""
    head = """
        import contextlib, os, signal, sys
        from onescale.tables.parallel import in_turn
        from onescale.tables.processes import Processes, can_fork
        assert can_fork()
        def all_of(work, parts, number=2, size=1 << 16):
            with contextlib.closing(Processes(work, number, size)) as processes:
                for pieces in in_turn(processes.submit, parts, processes.bound):
                    yield b"".join(pieces)
    """
    program = textwrap.dedent(head) + textwrap.dedent(code)
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("number", [1, 2, 5])
def test_results_come_in_the_order_of_the_parts(number):
    code = f"""
        parts = [(bytes([i]) * (i * 300), i, "한글", None, True) for i in range(100)]
        work = lambda data, i, *more: [data, repr((i, *more)).encode()]
        assert [*all_of(work, parts, {number})] == [b"".join(work(*part)) for part in parts]
        them = {{*all_of(lambda data: [str(os.getpid()).encode()], [(b"",)] * 50, {number})}}
        assert len(them) == {number} and str(os.getpid()).encode() not in them
    """
    done = run(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_parts_and_results_beyond_their_places_are_worked_out_here():
    code = """
        here = str(os.getpid()).encode()
        work = lambda data, times: [data * times, b" " + str(os.getpid()).encode()]
        given = [(b"x" * 100, 1), (b"x" * 1001, 1), (b"x", 20_000), (b"x" * 1000, 1)]
        results = [*all_of(work, given, size=1000)]
        assert [r.split(b" ")[1] == here for r in results] == [False, True, True, False]
        assert [r.split(b" ")[0] for r in results] == [data * times for data, times in given]
    """
    done = run(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_error_comes_behind_the_results_before_it():
    code = """
        def work(data, i):
            if i == 7:
                raise ValueError(f"part {i}")
            return [str(i).encode()]
        def parts(last=20):
            for i in range(last):
                yield b"", i
            raise KeyError("no more")
        for last, error in ((20, ValueError), (5, KeyError)):
            seen = []
            try:
                for result in all_of(work, parts(last)):
                    seen.append(int(result))
            except error as found:
                print(found)
            assert seen == [*range(min(last, 7))]
    """
    done = run(code)
    assert (done.stdout, done.stderr) == ("part 7\n'no more'\n", "")


def test_a_process_that_ends_is_done_without():
    code = """
        here = os.getpid()
        def work(data, i):
            if i in (3, 30) and os.getpid() != here:
                os.kill(os.getpid(), signal.SIGKILL)
            return [str(i).encode()]
        assert [*map(int, all_of(work, ((b"", i) for i in range(100))))] == [*range(100)]
    """
    done = run(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_one_that_ended_while_it_had_nothing_to_do_is_given_nothing():
    """But for what the other has no place for."""
    code = """
        here = str(os.getpid()).encode()
        team = Processes(lambda data: [str(os.getpid()).encode()], 2, 1000)
        with contextlib.closing(team) as processes:
            first = processes._team[0].id
            os.kill(first, signal.SIGKILL)
            os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
            results = in_turn(processes.submit, [(b"",)] * 100, processes.bound)
            assert [b"".join(one) for one in results].count(here) <= 60
    """
    done = run(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_none_keeps_what_it_has_handed_over():
    code = """
        import resource
        work = lambda data: [b"x" * (1 << 20)]
        assert sum(map(len, all_of(work, [(b"",)] * 300, size=1 << 17))) == 300 << 20
        kibibytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        assert kibibytes < 100 << 10, kibibytes
    """
    done = run(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_one_that_fails_before_it_serves_ends_there():
    """And does not go on as a second of us."""
    code = """
        from onescale.tables import processes
        def refuse(*given):
            raise MemoryError
        processes._serve = refuse
        assert [*map(int, all_of(lambda data, i: [b"%d" % i], [(b"", 1), (b"", 2)]))] == [1, 2]
        print("once")
    """
    done = run(code)
    assert (done.stdout, done.stderr) == ("once\n", "")


def test_what_is_ignored_here_is_ignored_by_all():
    code = """
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        def work(data):
            return [signal.getsignal(signal.SIGHUP).name.encode()]
        assert {*all_of(work, [(b"",)] * 20)} == {b"SIG_IGN"}
    """
    done = run(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_none_is_left_behind():
    code = """
        parts = ((b"", i) for i in range(100))
        results = all_of(lambda data, i: [b"x"], parts, 3)
        next(results)
        results.close()
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            print("none")
    """
    assert run(code).stdout == "none\n"


@pytest.mark.parametrize("asked", ["os.fork", "Process.kill"])
def test_none_is_left_behind_where_a_signal_comes_as_one_is_made_or_ended(asked):
    code = f"""
        from onescale.tables.processes import _Process as Process
        class Ended(BaseException):
            pass
        def end(*given):
            raise Ended
        signal.signal(signal.SIGTERM, end)
        def disturbed(*given, before={asked}, here=os.getpid()):
            made = before(*given)
            if os.getpid() == here:
                os.kill(here, signal.SIGTERM)
            return made
        {asked} = disturbed
        try:
            [*all_of(lambda data: [data], [(b"",)])]
        except Ended:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                print("none")
    """
    assert run(code).stdout == "none\n"


def test_not_even_one_that_is_stopped_outlives_who_is_killed():
    code = """
        with contextlib.closing(Processes(lambda data: [data], 2, 1000)) as processes:
            for one in [processes.submit((b"",)), processes.submit((b"",))]:
                one()
            ids = [one.id for one in processes._team]
            os.kill(ids[0], signal.SIGSTOP)
            print(*ids, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
    """
    done = run(code)  # which waits for whoever could still write
    assert (done.returncode, len(done.stdout.split())) == (-signal.SIGKILL, 2)


def test_a_process_with_threads_is_not_forked():
    code = """
        import threading
        end = threading.Event()
        thread = threading.Thread(target=end.wait)
        thread.start()
        print(can_fork())
        end.set()
        thread.join()
        print(can_fork())
    """
    assert run(code).stdout == "False\nTrue\n"


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table large enough for several parts: plain rows, quoted ones, gaps, groups."""
    path = tmp_path_factory.mktemp("tables") / "t.csv"
    r = np.random.default_rng(5)
    values = r.normal(0, 1, (60_000, 2)).round(6).tolist()
    with open(path, "w") as stream:
        stream.write("name,g,a,b\n")
        for i, (a, b) in enumerate(values):
            name = f'"x, {i}"' if i % 50_000 > 40_000 else f'"{i}"' if i > 30_000 else str(i)
            stream.write(f"{name},{i % 3},{a},{'' if i % 11 == 0 else b * 1e-5}\n")
    return path


@pytest.fixture(scope="module")
def folder(table):
    """The same rows in five files."""
    folder = table.parent / "parts"
    folder.mkdir()
    head, *rows = table.read_text().splitlines(keepends=True)
    for k in range(5):
        part = rows[k * len(rows) // 5 : (k + 1) * len(rows) // 5]
        (folder / f"{k}.csv").write_text("".join([head, *part]))
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ["standardize", "-c", "a", "-c", "b"],
        ["minmax", "-c", "a", "-c", "b", "--by", "g", "--digits", "5"],
        ["robust", "-c", "a", "-c", "b", "--replace", "--output-delimiter", ";"],
    ],
)
def test_tables_are_the_same_by_any_number(table, folder, tmp_path, words):
    program = "from onescale.cli import main; main()"
    outputs = []
    for source, threads in ((table, 1), (table, 3), (folder, 3)):
        out = tmp_path / "out.csv"
        more = ["--threads", str(threads), "-o", str(out), "-q"]
        subprocess.run([sys.executable, "-c", program, *words, str(source), *more], check=True)
        outputs.append(out.read_bytes())
    assert outputs[0].count(b"\n") == 60_001
    assert [one == outputs[0] for one in outputs] == [True] * 3


def test_a_file_of_each_holds_its_own_rows(table, folder, tmp_path):
    program = "from onescale.cli import main; main()"
    (tmp_path / "into").mkdir()
    for source, out in ((table, "all.csv"), (folder, "into/")):
        words = [str(source), "-c", "a", "-q", "--threads", "2", "-o", f"{tmp_path}/{out}"]
        subprocess.run([sys.executable, "-c", program, "standardize", *words], check=True)
    head, *rows = (tmp_path / "all.csv").read_bytes().splitlines(keepends=True)
    for k in range(5):
        part = rows[k * len(rows) // 5 : (k + 1) * len(rows) // 5]
        assert (tmp_path / f"into/{k}.csv").read_bytes() == b"".join([head, *part])


def test_where_no_process_can_be_made_threads_do_it(table, tmp_path):
    code = f"""
        from onescale.cli import main
        def refuse():
            print("refused")
            raise BlockingIOError(11, "Resource temporarily unavailable")
        os.fork = refuse
        sys.argv[1:] = ["standardize", {str(table)!r}, "-q", "-c", "a", "-o", *sys.argv[1:]]
        main()
        assert not signal.pthread_sigmask(signal.SIG_BLOCK, [])
    """
    for threads in ("1", "2"):
        done = run(code, arguments=[str(tmp_path / threads), "--threads", threads])
        assert (done.returncode, done.stdout) == (0, "refused\n" * (threads == "2")), done.stderr
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_a_signal_ends_all_and_leaves_nothing(table, tmp_path):
    """By the pipe that nobody reads, the command is in the middle of its output for certain."""
    program = "from onescale.cli import main; main()"
    command = [sys.executable, "-c", program, "standardize", str(table), "-c", "a", "-q"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        process.stdout.read(100)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 128 + signal.SIGTERM
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # nobody is left in the group
