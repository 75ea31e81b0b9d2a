const OWN_TITLE =
  /^(source_)*(row|line|prediction|score|tier|vector|error_code|error_column|error_message|proba_.*|output_.*)$/s;

/**
 * What a column of the source is called beside the columns of scores: its own name, or `source_<name>` where that is one of
 * theirs (or such a name behind `source_`), so that no two names meet. The predictor's `result_file.py` has the same rule.
 */
export const sourceTitle = (name: string): string => (OWN_TITLE.test(name) ? `source_${name}` : name);
