"""``lnp-batch completion SHELL``: what makes a shell complete our commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from lnp_batch.cli.language import examples, told


@click.command(
    epilog=examples(
        "completion bash >> ~/.bashrc",
        "completion zsh >> ~/.zshrc",
        "completion fish > ~/.config/fish/completions/lnp-batch.fish",
    ),
    short_help=told("La complétion des commandes, pour votre shell.", "Completion of the commands, for your shell."),
    help=told(
        "Écrit ce qu'il faut pour que votre shell complète les commandes.",
        "Writes what makes your shell complete the commands.",
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Prints the shell's script on stdout."""
    made_by = get_completion_class(shell)
    assert made_by is not None
    root = ctx.find_root()
    click.echo(made_by(root.command, {}, "lnp-batch", "_LNP_BATCH_COMPLETE").source())
