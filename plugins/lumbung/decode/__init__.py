"""Bytes to rows of text: what an office sent, with sheet and row number, nothing judged yet.

`stage.decode_files` decodes a night's files in memory- and time-limited processes; `single.decode_file` is
one file in the process that calls it.
"""
