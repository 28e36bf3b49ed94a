"""Pabulib's `.pb` files, the common format of participatory budgeting elections: in and out.

Format: pabulib.org/format as of April 2026. `read` and `read_path` are strict and raise `BadFile`
with line, code and facts; `export` writes an election of ours, `to_text` any file that was read.
"""

from app.counting.bad_file import BadFile
from app.counting.pb_file import PbFile, PbProject, PbVote, VoteType
from app.counting.pb_read import bytes_of, read, read_path
from app.counting.pb_write import export, to_text

__all__ = [
    "BadFile",
    "PbFile",
    "PbProject",
    "PbVote",
    "VoteType",
    "bytes_of",
    "export",
    "read",
    "read_path",
    "to_text",
]
