/**
 * All that the setting `local` changes in the template, each a property of a function or a variable of its environment. docs/local.md lists these sentences, and
 * a test holds the two templates to differ in nothing else.
 */
export const LOCAL_DIFFERENCES = {
  Layers:
    'Predictors and unpack have no layer: the embedded host runs them in Python environments on this machine, which hold what the same locks pin.',
  DROPSCORE_PYTHON:
    'A predictor whose lock is not that of `classic` is told the interpreter of its environment, in the variable `DROPSCORE_PYTHON`.',
  Code: 'The sources of predictors and of unpack come without byte code, since the Python here may be another one.',
  PackageType: 'A predictor that is packaged as an image is the same function as a zip.',
} as const;
