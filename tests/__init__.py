"""Every test. Names are rules in plain words; the folders follow the parts of the product."""
