/**
 * All that the setting `local` changes in the template: each in a predictor. docs/local.md lists these sentences, and
 * a test holds the two templates to differ in nothing else.
 */
export const LOCAL_DIFFERENCES = {
  Layers:
    'A predictor has no layer: the embedded host runs it in a Python environment on this machine, which is installed from the same lock.',
  Environment:
    'A predictor whose lock is not that of `classic` is told the interpreter of its environment, in the variable `DROPSCORE_PYTHON`.',
  Code: 'A predictor’s sources come without byte code, since the Python here may be another one.',
  PackageType: 'A predictor that is packaged as an image is the same function as a zip.',
} as const;
