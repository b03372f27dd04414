/** Tests run in processes of their own: DuckDB is native, and some of them kill their children. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/bench/**', 'node_modules/**'],
    globalSetup: ['test/support/run-folder.ts'],
    pool: 'forks',
    maxWorkers: 2, // the default leaves one of two cores idle
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    env: { NAM_HOME: import.meta.dirname, LAKE: '', CI: 'true' },
  },
});
