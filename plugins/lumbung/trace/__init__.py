"""From a published figure to the rows and submissions it was made of."""
