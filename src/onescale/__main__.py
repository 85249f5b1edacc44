"""The `onescale` command, which is also `python -m onescale`."""

import _signal as signal  # the module of that name takes a while, in which a signal may come


def main() -> None:
    """Load the command line and run it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Until the command line listens: an import that is cut short would show a traceback.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Modules make objects by the ten thousand and no garbage: looking for it, now and at the end,
    # was a fifth of the time that a small table took.
    import gc

    gc.set_threshold(150_000)
    from onescale.cli import main as run

    try:
        run()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
