/**
 * All that the setting `local` changes in the template, by the kind of resource. docs/local.md lists these sentences, and
 * a test holds the two templates to differ in nothing else.
 */
export const LOCAL_DIFFERENCES = {
  'AWS::Lambda::LayerVersion':
    'The predictor has no layer: the embedded host runs Python functions in its own environment, which is installed from the same lock.',
} as const;
