"""Pickles, read without running them: nothing that a file names is imported or called.

`reader` gives the bytes, inflated; `machine` and `opcodes` run them on the placeholders of `values`; `item_types` and
`walk` know how joblib puts arrays between the opcodes. They need the standard library, and nothing else of dropscore.
"""
