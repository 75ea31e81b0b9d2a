import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Two cores: more workers only make the tests that run a local stack slower.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/pipeline/**', 'test/adapters/**'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'pipeline',
          include: ['test/adapters/**/*.test.ts', 'test/pipeline/**/*.test.ts'],
          globalSetup: 'test/pipeline/stack.setup.ts',
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
