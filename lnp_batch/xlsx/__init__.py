"""Writing .xlsx files: the only package that imports xlsxwriter and isal."""

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

__all__ = ["Format", "Workbook", "Worksheet"]
