"""Every call of AWS that the predictor makes. These modules translate; they decide nothing."""
