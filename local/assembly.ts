import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Deployment } from '../aws/cloudformation-deployment.ts';
import { loadSettings, mergeSettings, readSettingsFile, SETTINGS_FILE } from '../infra/load-settings.ts';
import { packageRoot } from '../infra/package-root.ts';
import type { Settings, SettingsInput } from '../infra/settings.ts';
import { LOCAL_AWS } from './local-aws.ts';
import { zipFolder } from './zip.ts';

const run = promisify(execFile);

/** A synthesised stack: what is deployed, and a hash that changes whenever that does. */
export interface Assembly {
  deployment: Deployment;
  fingerprint: string;
  /** Tables that expire items, which the host's CloudFormation leaves out. */
  expiries: { logicalId: string; attribute: string }[];
  settings: Settings;
}

/** Bundles the functions and the infra app. A published package has no sources, and brings the bundles. */
export async function build(): Promise<void> {
  const script = path.join(packageRoot, 'scripts/build.mjs');
  if (existsSync(script)) await run(process.execPath, [script, '--quiet'], { cwd: packageRoot });
}

/**
 * Synthesises the template with the settings of the checkout, the given ones over them, and `local` on. The built app is
 * run by node itself: the CDK command would take seconds longer.
 */
export async function synthesise(stateDirectory: string, overrides: SettingsInput): Promise<Assembly> {
  const directory = path.join(stateDirectory, 'assembly');
  const settingsFile = path.join(stateDirectory, 'settings.json');
  const settings = mergeSettings(ownSettings(), { ...overrides, local: true });
  const parsed = loadSettings({ directory: stateDirectory, env: {}, overrides: settings });
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(stateDirectory, { recursive: true });
  writeFileSync(settingsFile, JSON.stringify(settings, undefined, 2));
  const app = path.join(packageRoot, 'dist/infra/app.js');
  const env = {
    PATH: process.env.PATH,
    CDK_OUTDIR: directory,
    CDK_VALIDATION: 'false',
    DROPSCORE_SETTINGS: settingsFile,
  };
  await run(process.execPath, [app], { cwd: packageRoot, env });
  return { ...readAssembly(directory, parsed.stackName), settings: parsed };
}

function ownSettings(): object {
  const file = path.resolve(process.env.DROPSCORE_SETTINGS ?? SETTINGS_FILE);
  return existsSync(file) ? readSettingsFile(file) : {};
}

interface AssetManifest {
  files: Record<
    string,
    {
      source: { path: string; packaging: 'file' | 'zip' };
      destinations: Record<string, { bucketName: string; objectKey: string }>;
    }
  >;
}

interface Template {
  Parameters?: Record<string, unknown>;
  Rules?: unknown;
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}

function readAssembly(directory: string, stack: string): Omit<Assembly, 'settings'> {
  const read = (name: string): unknown => JSON.parse(readFileSync(path.join(directory, name), 'utf8'));
  const manifest = read(`${stack}.assets.json`) as AssetManifest;
  const template = read(`${stack}.template.json`) as Template;
  // They check that the account is bootstrapped for CDK, which a host is not.
  delete template.Rules;
  delete template.Parameters?.BootstrapVersion;
  const body = JSON.stringify(template);
  const assets = Object.values(manifest.files)
    .filter(({ source }) => source.packaging === 'zip')
    .flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ bucketName, objectKey }) => ({
        bucket: inAccount(bucketName),
        key: inAccount(objectKey),
        body: () => zipFolder(path.join(directory, source.path)),
      })),
    );
  return {
    deployment: { stack, template: body, assets },
    fingerprint: createHash('sha256').update(body).digest('hex'),
    expiries: expiriesOf(template),
  };
}

function expiriesOf({ Resources }: Template): Assembly['expiries'] {
  return Object.entries(Resources).flatMap(([logicalId, { Properties }]) => {
    const expiry = Properties?.TimeToLiveSpecification as { AttributeName: string } | undefined;
    return expiry ? [{ logicalId, attribute: expiry.AttributeName }] : [];
  });
}

const inAccount = (text: string): string =>
  text
    .replaceAll(['$', '{AWS::AccountId}'].join(''), LOCAL_AWS.account)
    .replaceAll(['$', '{AWS::Region}'].join(''), LOCAL_AWS.region)
    .replaceAll(['$', '{AWS::Partition}'].join(''), 'aws');
