#!/usr/bin/env node
// Asks the registries which locked dependencies have known vulnerabilities, in both languages. Fails on any, and tells
// apart where nothing was found and where nobody answered. It needs a network that lets the question through.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { python, root, step } from './steps.mjs';

const PIP_AUDIT = 'pip-audit==2.10.1';
const LOCKS = 'python-predictor/requirements';
const outcomes = { clean: [], vulnerable: [], unanswered: [] };

await step('npm packages that users install', () => told('npm packages', npmAudit()));
await withPipAudit(async (audit) => {
  for (const lock of readdirSync(root + LOCKS).filter(
    (file) => file.endsWith('.txt') && file !== 'overrides.txt',
  ))
    await step(`Python packages of ${lock}`, () => told(lock, pipAudit(audit, `${LOCKS}/${lock}`)));
});

for (const [outcome, whats] of Object.entries(outcomes))
  if (whats.length > 0) console.log(`${outcome}: ${whats.join(', ')}`);
if (outcomes.unanswered.length > 0)
  console.log('The advisory service did not answer: run this where it can be reached, such as in CI.');
process.exit(outcomes.vulnerable.length > 0 ? 1 : outcomes.unanswered.length > 0 ? 2 : 0);

function told(what, { outcome, report }) {
  outcomes[outcome].push(what);
  console.log(report);
}

/** Exit code 1 stands for both: only an answer has the number of vulnerabilities. */
function npmAudit() {
  const { status, stdout } = run('npm', ['audit', '--omit=dev', '--json']);
  const { metadata, vulnerabilities = {} } = parsed(stdout);
  if (!metadata) return { outcome: 'unanswered', report: '  npm audit got no answer.' };
  const found = Object.values(vulnerabilities).map(
    ({ name, severity, range }) => `  ${severity}: ${name} ${range}`,
  );
  return status === 0 ? clean() : { outcome: 'vulnerable', report: found.join('\n') };
}

function pipAudit(command, lock) {
  const args = [
    '--requirement',
    lock,
    '--require-hashes',
    '--disable-pip',
    '--format',
    'json',
    '--progress-spinner',
    'off',
  ];
  const { status, stdout } = run(command, args);
  const { dependencies } = parsed(stdout);
  if (!dependencies) return { outcome: 'unanswered', report: '  pip-audit got no answer.' };
  const found = dependencies.flatMap(({ name, version, vulns = [] }) =>
    vulns.map(
      ({ id, fix_versions: fixes }) => `  ${id}: ${name} ${version}, mended in ${fixes.join(', ') || 'none'}`,
    ),
  );
  if (found.length > 0) return { outcome: 'vulnerable', report: found.join('\n') };
  // What pip-audit cannot look up it skips, and exits with 0.
  const skipped = dependencies.filter((dependency) => 'skip_reason' in dependency);
  if (skipped.length > 0 || status !== 0)
    return {
      outcome: 'unanswered',
      report: `  ${skipped.length} of ${dependencies.length} packages were not looked up.`,
    };
  return clean();
}

function clean() {
  return { outcome: 'clean', report: '  no known vulnerability' };
}

/** In an environment that is thrown away: the project itself does not depend on it. */
async function withPipAudit(work) {
  const folder = mkdtempSync(`${tmpdir()}/dropscore-audit-`);
  try {
    const isMade = await step(`${PIP_AUDIT}`, () => {
      const made = run(python, ['-m', 'venv', folder]);
      return made.status === 0 && run(`${folder}/bin/pip`, ['install', '--quiet', PIP_AUDIT]).status === 0;
    });
    if (isMade) await work(`${folder}/bin/pip-audit`);
    else told('Python packages', { outcome: 'unanswered', report: `  ${PIP_AUDIT} cannot be installed.` });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
