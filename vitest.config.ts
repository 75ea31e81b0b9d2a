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
          exclude: [...configDefaults.exclude, 'test/pipeline/**', 'test/adapters/**', 'test/faults/**'],
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
      {
        // What goes wrong, on a stack of its own with a proxy in it. Most of the time is waiting, so the cases of a file wait together.
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          globalSetup: ['test/scratch.setup.ts', 'test/faults/stack.setup.ts'],
          fileParallelism: false,
          maxConcurrency: 24,
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
