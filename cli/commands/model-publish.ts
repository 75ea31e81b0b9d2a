import { Command, InvalidArgumentError } from 'commander';
import { packageRoot } from '../../infra/package-root.ts';
import { type ModelReference, parseModel, parseShare } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { wrongUsage } from '../failure.ts';
import { findPython } from '../publish/find-python.ts';
import { runPublisher } from '../publish/run-publisher.ts';
import { action, type Context, type Shell } from '../shell.ts';

interface PublishOptions {
  sample: string;
  idColumn?: string;
  passthrough?: string;
  tiers?: string;
  threshold?: string;
  positive?: string;
  labels?: string;
  kind?: string;
  outputs?: string;
  key?: string;
  weights?: string;
  runtime?: string;
  code?: string;
  trust?: string[];
  types?: string;
  tolerate?: number;
  promote: boolean;
  python?: string;
}

export const modelPublishCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('publish')
      .description('publish a saved model as the next version of a name')
      .argument('<file>', 'a saved model, or an MLflow model directory')
      .argument('<name>', 'the model: churn', parseModel)
      .requiredOption('--sample <rows.csv>', 'rows as they will be dropped, with a header line')
      .option('--id-column <column>', 'the column that names a record')
      .option('--passthrough <columns>', 'columns that are copied beside the scores: a,b')
      .option('--tiers <tiers>', 'names for ranges of the score: low:0,medium:0.4,high:0.8', parseNumbered)
      .option(
        '--threshold <probability>',
        'two classes: from where on the positive one is predicted',
        parseNumber,
      )
      .option('--positive <class>', 'two classes: the one whose probability is the score')
      .option('--labels <labels>', 'readable names of classes: 0:stays,1:leaves', parsePairs)
      .option(
        '--kind <kind>',
        'regression, binary, multiclass, cluster, embedding or multi, where the model does not tell',
      )
      .option('--outputs <names>', 'names of several outputs: a,b')
      .option('--key <key>', 'which key of a dict holds the model; several, to be averaged: a,b')
      .option('--weights <numbers>', 'of several models that are averaged: 0.7,0.3', parseNumbers)
      .option('--runtime <name>', 'what serves it; otherwise the first whose libraries fit')
      .option('--code <folder>', 'a Python package that is shipped with the version')
      .option(
        '--trust <module:name>',
        'vouch for a global of the pickle that no list has; may be repeated',
        (name: string, others: string[] = []) => [...others, name],
      )
      .option(
        '--types <types>',
        'types of columns that look like something else in a CSV: plz:string,flag:string',
        parsePairs,
      )
      .option(
        '--tolerate <share>',
        'the share of rows that may have errors before a job fails: 0.05; any where absent',
        parseShare,
      )
      .option('--no-promote', 'leave the current version as it is')
      .option('--python <path>', 'the Python that the model was made with, and that publishes it')
      .action(action(shell, publish)),
    {
      examples: [
        'dropscore model publish model.joblib churn --sample rows.csv --id-column customer_id',
        'dropscore model publish model.joblib churn --sample rows.csv --tiers low:0,high:0.8 --no-promote',
        'dropscore model publish bundle.pkl virality --sample posts.csv --code ./post_features',
      ],
      remarks: [
        'Describes the model, scores the sample as a drop would be, keeps a few golden rows of it, uploads, and lets the function that will serve the version score the golden rows. Only then it becomes current; a first version always does.',
        'Golden rows are stored with the version: give a sample whose values may be.',
        'Publishes with --python, DROPSCORE_PYTHON, the active virtual environment, or the project’s own Python, in this order.',
      ],
    },
  );

async function publish(
  context: Context,
  file: string,
  { name, version }: ModelReference,
  options: PublishOptions,
): Promise<number> {
  if (version !== undefined)
    throw wrongUsage('Versions are counted up by themselves.', `Name the model only: ${name}`);
  const { terminal, json, note } = context;
  const { python: named, ...others } = options;
  const python = findPython(named, process.env, packageRoot);
  const { environment } = await context.connect();
  const published = await runPublisher({
    python,
    root: packageRoot,
    args: [file, name, ...asArguments(others)],
    environment,
    onProgress: note,
  });
  await terminal.data(
    json ? `${JSON.stringify(published, undefined, 2)}\n` : `${name}@${published.version}\n`,
  );
  if (!json)
    note(`next: dropscore score FILE ${name}${published.promoted ? '' : `@${published.version}`} --watch`);
  return EXIT.done;
}

/** The publisher takes the same options. With "=", a value may begin with "-". */
function asArguments({ promote, trust = [], ...options }: Omit<PublishOptions, 'python'>): string[] {
  const given = Object.entries(options).map(([name, value]) => `--${kebab(name)}=${value}`);
  return [...given, ...trust.map((name) => `--trust=${name}`), ...(promote ? [] : ['--no-promote'])];
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function parseNumber(text: string): string {
  if (isNumber(text)) return text;
  throw new InvalidArgumentError('It must be a number such as 0.7.');
}

function parseNumbers(text: string): string {
  if (text.split(',').every(isNumber)) return text;
  throw new InvalidArgumentError('It must be numbers such as 0.7,0.3.');
}

const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text));

function parsePairs(text: string): string {
  if (text.split(',').every((pair) => /^.+:.+$/.test(pair.trim()))) return text;
  throw new InvalidArgumentError('It must be pairs such as 0:stays,1:leaves.');
}

function parseNumbered(text: string): string {
  const numbers = text.split(',').map((pair) => /^.+:(.+)$/.exec(pair.trim())?.[1]);
  if (numbers.every((number) => number !== undefined && isNumber(number))) return text;
  throw new InvalidArgumentError('It must be names and numbers such as low:0,high:0.8.');
}
