"""What Shelterwood costs and what it finds, measured against its peers on the same data: `python -m benchmarks`."""
