from __future__ import annotations

import threading

import pytest

from bot.cluster.offload import THREADS, Allowance, offloaded


async def test_work_runs_in_a_thread_of_its_own_and_says_what_it_found():
    def work(number, *, twice):
        return threading.current_thread(), number * (2 if twice else 1)

    thread, found = await offloaded(work, 4, twice=True)
    assert thread is not threading.main_thread()
    assert thread.name.startswith("offload")
    assert found == 8


async def test_what_it_raises_comes_back():
    def work():
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        await offloaded(work)


async def test_there_are_no_more_threads_than_are_of_use():
    for _ in range(20):
        await offloaded(threading.get_ident)
    assert sum(thread.name.startswith("offload") for thread in threading.enumerate()) <= THREADS


def test_an_allowance_counts_what_ran_and_not_what_was_waited():
    now = [0.0]

    def work(seconds):
        now[0] += seconds
        return allowance.spent()

    allowance = Allowance(3.0, lambda: now[0])
    assert not allowance.run(work, 1.0)
    now[0] += 100.0  # another wave of reads
    assert not allowance.run(work, 1.0)
    assert allowance.run(work, 1.0)
    assert allowance.run(work, 0.0)
