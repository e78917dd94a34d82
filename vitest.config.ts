import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/src/**/*.test.ts'],
    globalSetup: ['test/fixtures/setup.ts'],
    setupFiles: ['test/fixtures/properties.ts', 'test/fixtures/after-file.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A busy machine may take seconds over what is waited for.
    expect: { poll: { timeout: 10_000 } },
    maxWorkers: 2,
    // Files share a worker's modules, because loading them anew for each took a third of a run.
    isolate: false,
  },
});
