"""Run the portal, its worker and the sandbox together until one of them ends.

Started by script/server, which sets up what this needs. Standard library only.
"""

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys

from script.processes import (
    LOOPBACK,
    ROOT,
    VAR,
    Processes,
    addresses,
    commands,
    environment,
)

STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main():
    """Prepare, start, wait; the status is 0 only when somebody asked to stop."""
    os.chdir(ROOT)
    options = read_options()
    refuse_taken_ports(options)
    for number in STOP:
        signal.signal(number, stop)
    VAR.mkdir(mode=0o700, exist_ok=True)
    variables = os.environ | environment(options) | {"SECRET_KEY": secret_key()}
    prepare(variables)
    with Processes(commands(options), variables) as processes:
        processes.wait_until_they_answer(options)
        print_addresses(options)
        processes.wait()


def stop(number, frame):
    """End in order; who asks again while that goes on is not heard."""
    for repeated in STOP:
        signal.signal(repeated, lambda number, frame: None)
    sys.exit(0)


def read_options(arguments=None):
    """Options of the command line; what is missing there comes from the environment."""
    parser = argparse.ArgumentParser(
        prog="script/server",
        description="Set up and run the portal, its worker and the sandbox.",
    )

    def option(flag, variable, default, meaning, **rest):
        text = f"{meaning} (environment: {variable}; default: {default})"
        standing = os.environ.get(variable, default)
        parser.add_argument(flag, default=standing, help=text, **rest)

    option("--host", "LISTEN_HOST", LOOPBACK, "address to listen on")
    option("--port", "PORT", 8000, "the portal's port", type=int)
    option("--sandbox-port", "SANDBOX_PORT", 8001, "the sandbox's port", type=int)
    option("--smtp-port", "SMTP_PORT", 2525, "the sandbox's mail port", type=int)
    return parser.parse_args(arguments)


def refuse_taken_ports(options):
    for port in (options.port, options.sandbox_port, options.smtp_port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((options.host, port))
            except OSError as error:
                sys.exit(f"Cannot listen on {options.host}:{port}: {error.strerror}.")


def secret_key():
    """The key of this folder: made at the first start, readable by its owner alone."""
    path = VAR / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def prepare(variables):
    """Bring tables, static files and the demo up to date."""
    command = [sys.executable, "-m", "script.prepare"]
    if subprocess.run(command, cwd=ROOT, env=variables).returncode:
        sys.exit("The portal could not be prepared (see above).")


def print_addresses(options):
    portal, sandbox = addresses(options)
    print(
        f"""
Portal         {portal}/
Admin          {portal}/admin/
Phone (SMS)    {sandbox}/phone/
Mailbox        {sandbox}/mail/
Bank's ledger  {sandbox}/ledger/

Ctrl-C stops everything.""",
        flush=True,
    )


if __name__ == "__main__":
    main()
