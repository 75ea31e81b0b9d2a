// Stands before MiniStack's script in every Node worker: the console as Lambda's Node runtime sets it up for the JSON log
// format, a line for each call. In a function, so that the worker's names stay its own.
(() => {
  const { format } = require('node:util');
  const levels = { debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', trace: 'TRACE' };

  const errorFacts = (error) => ({
    errorType: error.name,
    errorMessage: error.message,
    stackTrace: String(error.stack).split('\n'),
  });

  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...said) => {
      const [only] = said;
      const alone = said.length === 1 && typeof only === 'object' && only !== null;
      const error = said.find((value) => value instanceof Error);
      const line = {
        timestamp: new Date().toISOString(),
        level,
        message: alone && !error ? only : format(...said),
        ...(error && errorFacts(error)),
      };
      process.stderr.write(`${JSON.stringify(line)}\n`);
    };
  }
})();
