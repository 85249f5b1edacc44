"""The network: layers, initial weights, optimisers, losses and schedules, on NumPy alone."""
