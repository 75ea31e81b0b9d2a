#!/usr/bin/env node
import module from 'node:module';
import { bundle, bundleCli, isUpToDate } from './bundle.mjs';

// The SDK is pinned at versions that support this Node; its warning of later ones would stand on every stderr.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
module.enableCompileCache?.();
if (!isUpToDate()) await bundleCli();
const { main } = module.createRequire(import.meta.url)(bundle);
process.exitCode = await main(process.argv.slice(2));
