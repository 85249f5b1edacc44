"""From a variant, data and a seed to a run; and what is planned, tried and timed around it."""
