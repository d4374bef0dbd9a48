"""Text as offices write it, turned into numbers and dates: decided per column, never guessed per cell.

The inner modules need pandas; import them where they are used.
"""
