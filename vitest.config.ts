import { configDefaults, defineConfig } from 'vitest/config';

// The SDK is pinned at versions that support this Node; its notice of later ones would stand between the results.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

export default defineConfig({
  test: {
    // Two cores: more workers only make the tests that run a local stack slower.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          globalSetup: 'test/scratch.setup.ts',
          exclude: [...configDefaults.exclude, 'test/pipeline/**', 'test/adapters/**'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'pipeline',
          include: ['test/adapters/**/*.test.ts', 'test/pipeline/**/*.test.ts'],
          globalSetup: ['test/scratch.setup.ts', 'test/pipeline/stack.setup.ts'],
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
