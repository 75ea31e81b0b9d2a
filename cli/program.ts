import { Command, Option } from 'commander';
import { errorsCommand } from './commands/errors.ts';
import { explainCommand } from './commands/explain.ts';
import { forgetCommand } from './commands/forget.ts';
import { jobApproveCommand } from './commands/job-approve.ts';
import { jobCancelCommand } from './commands/job-cancel.ts';
import { jobCompareCommand } from './commands/job-compare.ts';
import { jobListCommand } from './commands/job-list.ts';
import { jobRetryCommand } from './commands/job-retry.ts';
import { jobShowCommand } from './commands/job-show.ts';
import { jobVerifyCommand } from './commands/job-verify.ts';
import { jobWatchCommand } from './commands/job-watch.ts';
import { keyCreateCommand } from './commands/key-create.ts';
import { keyListCommand } from './commands/key-list.ts';
import { keyRevokeCommand } from './commands/key-revoke.ts';
import { localDownCommand, localStatusCommand, localUpCommand } from './commands/local.ts';
import { modelCheckCommand } from './commands/model-check.ts';
import { modelListCommand } from './commands/model-list.ts';
import { modelPromoteCommand } from './commands/model-promote.ts';
import { modelPublishCommand } from './commands/model-publish.ts';
import { modelRollbackCommand } from './commands/model-rollback.ts';
import { modelShadowCommand } from './commands/model-shadow.ts';
import { modelShowCommand } from './commands/model-show.ts';
import { recordCommand } from './commands/record.ts';
import { rescoreCancelCommand } from './commands/rescore-cancel.ts';
import { rescoreListCommand } from './commands/rescore-list.ts';
import { rescoreShowCommand } from './commands/rescore-show.ts';
import { rescoreStartCommand } from './commands/rescore-start.ts';
import { rescoreWatchCommand } from './commands/rescore-watch.ts';
import { runtimeBuildCommand } from './commands/runtime-build.ts';
import { runtimeListCommand } from './commands/runtime-list.ts';
import { scheduleListCommand } from './commands/schedule-list.ts';
import { schedulePauseCommand, scheduleResumeCommand } from './commands/schedule-pause.ts';
import { scheduleRunCommand } from './commands/schedule-run.ts';
import { scoreCommand } from './commands/score.ts';
import { scoresCommand } from './commands/scores.ts';
import { withGuidance } from './examples.ts';
import type { Shell } from './shell.ts';

/** The whole command line: nouns first, as in `gh` and `aws`. */
export function buildProgram(shell: Shell, version: string): Command {
  const program = withGuidance(
    new Command('dropscore')
      .description('Score feature files in bulk: drop a file, get a score for every row.')
      .version(version, '-V, --version', 'print the version')
      .addOption(
        new Option('--stack <name>', 'work on this stack on AWS instead of the local one').env(
          'DROPSCORE_STACK',
        ),
      )
      .option('--json', 'JSON on stdout; on stderr an object a line: target, note, progress, error')
      .helpCommand(false),
    {
      examples: [
        'dropscore score customers.csv churn --watch',
        'dropscore --stack Dropscore job list',
        'dropscore job show --help',
      ],
      remarks: [
        'Works on the local stack of this checkout where one runs; with --stack, on AWS by your ordinary AWS configuration (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL).',
        'Exit codes: 0 done, 3 done with row errors, 1 failed, 2 wrong usage.',
      ],
    },
  );
  for (const command of [
    scoreCommand(shell),
    group('job', 'jobs: one file scored with one model version', [
      jobListCommand(shell),
      jobShowCommand(shell),
      jobWatchCommand(shell),
      jobRetryCommand(shell),
      jobApproveCommand(shell),
      jobCancelCommand(shell),
      jobVerifyCommand(shell),
      jobCompareCommand(shell),
    ]),
    scoresCommand(shell),
    errorsCommand(shell),
    recordCommand(shell),
    forgetCommand(shell),
    explainCommand(shell),
    group('model', 'models and their versions', [
      modelListCommand(shell),
      modelShowCommand(shell),
      modelPublishCommand(shell),
      modelCheckCommand(shell),
      modelPromoteCommand(shell),
      modelRollbackCommand(shell),
      modelShadowCommand(shell),
    ]),
    group('rescore', 'runs that score past sources of a model again', [
      rescoreStartCommand(shell),
      rescoreListCommand(shell),
      rescoreShowCommand(shell),
      rescoreWatchCommand(shell),
      rescoreCancelCommand(shell),
    ]),
    group('schedule', 'when models’ past sources are scored again', [
      scheduleListCommand(shell),
      scheduleRunCommand(shell),
      schedulePauseCommand(shell),
      scheduleResumeCommand(shell),
    ]),
    group('runtime', 'what models run in: a Python with locked libraries', [
      runtimeListCommand(shell),
      runtimeBuildCommand(shell),
    ]),
    group('key', 'keys of the HTTP API', [
      keyCreateCommand(shell),
      keyListCommand(shell),
      keyRevokeCommand(shell),
    ]),
    group('local', 'the local stack of this checkout', [
      localUpCommand(shell),
      localDownCommand(shell),
      localStatusCommand(shell),
    ]),
  ])
    program.addCommand(command);
  return inheritSettings(program);
}

function group(name: string, description: string, commands: readonly Command[]): Command {
  const noun = new Command(name).description(description).helpCommand(false);
  for (const command of commands) noun.addCommand(command);
  return withGuidance(noun, {
    examples: commands.map((command) => `dropscore ${name} ${command.name()} --help`),
  });
}

/** Commands added whole do not take over their parent's settings by themselves. */
function inheritSettings(program: Command): Command {
  program
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for usage and examples)');
  const visit = (command: Command) => {
    for (const child of command.commands) {
      child.copyInheritedSettings(command);
      visit(child);
    }
  };
  visit(program);
  return program;
}
