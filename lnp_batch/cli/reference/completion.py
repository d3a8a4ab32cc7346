"""``lnp-batch completion SHELL``: the shell's script that completes our commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from lnp_batch.cli.language import examples, localized


@click.command(
    epilog=examples(
        "completion bash >> ~/.bashrc",
        "completion zsh >> ~/.zshrc",
        "completion fish > ~/.config/fish/completions/lnp-batch.fish",
    ),
    short_help=localized("Affiche le script de complétion.", "Print the completion script."),
    help=localized(
        "Affiche le script par lequel votre shell complète les commandes et les options.",
        "Print the script with which your shell completes commands and options.",
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the shell's script on stdout."""
    complete = get_completion_class(shell)
    assert complete is not None
    click.echo(complete(ctx.find_root().command, {}, "lnp-batch", "_LNP_BATCH_COMPLETE").source())
