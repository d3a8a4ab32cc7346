"""``lnp-batch``: the group of commands, and the exit code for every fault."""

from __future__ import annotations

import io
import os
import signal
import sys

import click

from lnp_batch.cli.batch.check import check
from lnp_batch.cli.batch.process import process
from lnp_batch.cli.batch.template import template
from lnp_batch.cli.defect_log import log_defect
from lnp_batch.cli.faults import suggestion
from lnp_batch.cli.finance.fees import fees
from lnp_batch.cli.language import examples, fault_message, localized, message_lang, printable_lines, use_lang
from lnp_batch.cli.nightly.find import find
from lnp_batch.cli.nightly.maintenance import copy_ledger, doctor, purge
from lnp_batch.cli.nightly.person import person
from lnp_batch.cli.nightly.rebook import rebook
from lnp_batch.cli.nightly.rejudge import rejudge
from lnp_batch.cli.nightly.run import run as nightly_run
from lnp_batch.cli.options import EXAMPLE, EXAMPLE_OUT, EXAMPLE_TEMPLATE, lang_option
from lnp_batch.cli.reference.completion import completion
from lnp_batch.cli.reference.explain import explain
from lnp_batch.cli.reference.rules import rules
from lnp_batch.cli.reference.schema import schema
from lnp_batch.cli.reference.versions import version_option
from lnp_batch.errors import TERMINATION_SIGNALS, EnvironmentFault, ExitCode, Locked, UsageFault, system_fault
from lnp_batch.model.text import printable


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=localized(
        "Vérifie le classeur d'un revendeur et en tire des demandes de port que les anciens fournisseurs acceptent "
        "du premier coup.",
        "Check a reseller's workbook and turn it into port requests that losing carriers accept the first time.",
    ),
    subcommand_metavar=localized("COMMANDE [ARGS]...", "COMMAND [ARGS]..."),
    epilog=examples(
        f"template {EXAMPLE_TEMPLATE}", f"check {EXAMPLE}", f"process {EXAMPLE} --out {EXAMPLE_OUT}", "explain NUM007"
    ),
)
@version_option
@lang_option
@click.pass_context
def main(ctx: click.Context, lang: str | None) -> None:
    """Pass --lang, if it is given before the command, on to the command."""
    if lang:
        ctx.default_map = {name: {"lang": lang} for name in main.commands}


COMMANDS = (
    template,
    check,
    process,
    nightly_run,
    fees,
    doctor,
    purge,
    person,
    copy_ledger,
    rebook,
    rejudge,
    find,
    rules,
    explain,
    schema,
    completion,
)
for command in COMMANDS:
    main.add_command(command)


def run() -> None:
    """Run the command and exit with its code. This is the console script; users never see a traceback."""
    use_lang(None)
    for number in TERMINATION_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        code = main.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        code = ended.exit_code
    except click.exceptions.NoSuchCommand as fault:
        click.echo(suggestion(fault), err=True)
        code = ExitCode.USAGE
    except click.ClickException as fault:
        fault.show(message := io.StringIO())
        click.echo(printable_lines(message.getvalue()), nl=False, err=True)
        code = ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo(localized("Interrompu.", "Interrupted."), err=True)
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.OK
    except UsageFault as fault:
        click.echo(printable_lines(str(fault)), err=True)
        code = ExitCode.USAGE
    except Locked:
        click.echo(localized("Un passage est en cours.", "A run is in progress."), err=True)
        code = ExitCode.LOCKED
    except EnvironmentFault as fault:
        click.echo(fault_message(fault), err=True)
        code = ExitCode.ENVIRONMENT
    except OSError as fault:
        click.echo(printable(system_fault(fault)[message_lang()]), err=True)
        code = ExitCode.ENVIRONMENT
    except Exception as fault:
        click.echo(log_defect(fault), err=True)
        code = ExitCode.DEFECT
    sys.exit(int(code or 0))


def _interrupt(_signal: int, _frame: object) -> None:
    """Handle SIGTERM and SIGHUP like Ctrl-C, so that child processes and temporary files are cleaned up."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    run()
