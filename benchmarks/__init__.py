"""Speed, told as ratios within one run: `make benchmark`."""
