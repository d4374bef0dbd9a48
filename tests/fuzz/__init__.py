"""Fuzzing the decoder: a small corpus, mutations that know zipped files, one rule for every outcome."""
