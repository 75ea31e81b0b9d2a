import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../infra/package-root.ts';
import { LOCAL_AWS } from './local-aws.ts';

/** The interface that the host listens on; nothing outside this machine reaches it. */
export const LOOPBACK = '127.0.0.1';

export interface HostOptions {
  stateDirectory: string;
  /** Enforces the roles of the template, as AWS does. */
  enforceIam: boolean;
  /** Where functions find AWS, queue URLs included; the host itself where absent. For tests that stand in between. */
  workerEndpoint?: string | undefined;
  /** How many the functions may share; those of this machine where absent. For tests whose predictors mostly wait. */
  processors?: number | undefined;
  /** Repairs to leave out, for the tests that show they are still needed. */
  withoutRepairs?: readonly string[];
}

/**
 * The whole environment of the host. Lambda workers inherit it, so nothing of the user's is passed on: not their AWS
 * configuration, not their home, not their proxies.
 */
export function hostEnvironment(port: number, options: HostOptions): NodeJS.ProcessEnv {
  const directory = scratch(options.stateDirectory);
  return {
    // Node functions run under the `node` found here: this one. The rest does not depend on the shell (npx adds to its
    // PATH), since another environment means another host.
    PATH: [path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter),
    HOME: directory,
    TMPDIR: directory,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    PYTHONUNBUFFERED: '1',
    // On Lambda the functions have a newer Node than the SDK warns about.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    BIND_HOST: LOOPBACK,
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: LOOPBACK,
    MINISTACK_REGION: LOCAL_AWS.region,
    MINISTACK_ACCOUNT_ID: LOCAL_AWS.account,
    AWS_ACCESS_KEY_ID: LOCAL_AWS.key,
    AWS_SECRET_ACCESS_KEY: LOCAL_AWS.secret,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(options.processors && { DROPSCORE_PROCESSORS: String(options.processors) }),
    ...(options.workerEndpoint && { AWS_ENDPOINT_URL: options.workerEndpoint }),
    AUTH: String(options.enforceIam),
    LOG_LEVEL: 'WARNING',
    // Services that open ports of their own.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    // The host clears away containers that it takes for its own; there are none.
    DOCKER_HOST: 'unix:///nonexistent',
    ...(options.withoutRepairs && { DROPSCORE_WITHOUT_REPAIRS: options.withoutRepairs.join(',') }),
  };
}

/** The Python that runs the host and the predictor. */
export function python(): string {
  const own = path.join(packageRoot, '.venv/bin/python');
  const chosen = process.env.DROPSCORE_PYTHON ?? own;
  if (chosen.includes(path.sep) && !existsSync(chosen))
    throw new Error(`There is no Python environment at ${chosen}: run npm run setup.`);
  return chosen;
}

/** The home and the temporary files of the host; gone when it stops. */
export const scratch = (stateDirectory: string): string => path.join(stateDirectory, 'host');

/**
 * Functions are unpacked there. They are CommonJS, as on Lambda, whatever package.json stands above the state directory.
 */
export function prepareScratch(stateDirectory: string): void {
  const directory = scratch(stateDirectory);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'package.json'), '{ "type": "commonjs" }\n');
}
