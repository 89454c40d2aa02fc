"""The program: `extract`, and `python -m extract`."""


def main() -> None:
    """Runs the command line; an interrupt while it is being loaded ends it like any other."""
    try:
        from extract.cli.main import main as run
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    run()


if __name__ == "__main__":
    main()
