#!/usr/bin/env node
import module from 'node:module';
import { bundle, bundleCli, isUpToDate } from './bundle.mjs';

// The SDK is pinned at versions that support this Node; its warning of later ones would stand on every stderr.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
module.enableCompileCache?.();
try {
  if (!isUpToDate()) await bundleCli();
  const { main } = module.createRequire(import.meta.url)(bundle);
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // The command line tells its own failures: this is a checkout or an installation that is not whole.
  process.stderr.write(`dropscore: It does not start: ${error.message}\n`);
  process.stderr.write(
    process.env.DROPSCORE_DEBUG
      ? `${error.stack}\n`
      : '  Run `npm ci` in the checkout, or install it again.\n',
  );
  process.exitCode = 1;
}
