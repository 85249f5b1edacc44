"""The network: layers, initial weights, optimisers, losses and schedules.

On NumPy alone, but for SciPy's sparse products.
"""
