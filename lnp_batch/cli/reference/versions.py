"""``lnp-batch --version``: the versions on which results depend, from package metadata, without imports."""

from __future__ import annotations

import platform
from gettext import gettext
from importlib.metadata import PackageNotFoundError, version

import click

from lnp_batch import __version__
from lnp_batch.cli.language import localized
from lnp_batch.columns.sheets import TEMPLATE_VERSION
from lnp_batch.model.area_codes import AS_OF

LIBRARIES = (
    "pandas", "pandera", "openpyxl", "python-calamine", "xlsxwriter", "phonenumbers", "holidays", "babel", "rapidfuzz",
    "sqlalchemy",
)  # fmt: skip


def versions() -> list[str]:
    """Return one line for the program, Python, each of LIBRARIES, the template and the table of area codes."""
    return [
        gettext("%(prog)s, version %(version)s") % {"prog": "lnp-batch", "version": __version__},
        f"Python {platform.python_version()}",
        *(f"{name} {_installed(name)}" for name in LIBRARIES),
        localized(f"indicatifs régionaux : au {AS_OF}", f"area codes: as of {AS_OF}"),
        localized(f"modèle : {TEMPLATE_VERSION}", f"template: {TEMPLATE_VERSION}"),
    ]


def _installed(name: str) -> str:
    """Return the installed version of the distribution `name`."""
    try:
        return version(name)
    except PackageNotFoundError:
        return localized("non installé", "not installed")


def _print_and_exit(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo("\n".join(versions()))
        context.exit()


version_option = click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_and_exit,
    help=gettext("Show the version and exit."),
)
