import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { CodeLocations } from '../../infra/code.ts';
import { DropscoreStack } from '../../infra/dropscore-stack.ts';
import type { SettingsInput } from '../../infra/settings.ts';

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  DependsOn?: string[];
}

export interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: unknown;
}

/** The template with the given settings; no bundle is built and no layer installed for it. */
export function synthesised(settings: SettingsInput = {}, { checked = false } = {}): Template {
  const app = new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new DropscoreStack(app, 'Dropscore', { settings, code: standInCode() });
  if (checked) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return Template.fromStack(stack);
}

export function resourcesOf(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.findResources(type) as Record<string, Resource>);
}

/** The function of a stage: the one whose logical id begins so. */
export function functionOf(template: Template, stage: string): Record<string, unknown> {
  const found = resourcesOf(template, 'AWS::Lambda::Function').filter(([id]) => id.startsWith(stage));
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${found.length} functions are called ${stage}`);
  return only[1].Properties;
}

/** Statements of a policy resource; none where it is missing. */
export const statementsOf = (policy: { PolicyDocument?: unknown } | undefined): Statement[] =>
  (policy?.PolicyDocument as { Statement: Statement[] } | undefined)?.Statement ?? [];

export const asList = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

let standIns: CodeLocations | undefined;

/** Code that is never run. */
export function standInCode(): CodeLocations {
  standIns ??= writeStandIns(mkdtempSync(path.join(tmpdir(), 'dropscore-code-')));
  return standIns;
}

function writeStandIns(directory: string): CodeLocations {
  const functions = path.join(directory, 'functions');
  for (const name of ['fan-out', 'complete', 'dead-letter', 'watchdog', 'rescore', 'api']) {
    mkdirSync(path.join(functions, name), { recursive: true });
    writeFileSync(path.join(functions, name, 'index.js'), 'exports.handler = async () => {};\n');
  }
  const predictor = path.join(directory, 'predictor');
  mkdirSync(predictor);
  writeFileSync(path.join(predictor, 'handler.py'), '');
  return { functions, predictor };
}
