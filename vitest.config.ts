import { defineConfig } from 'vitest/config';

const project = (name: string, testTimeout: number, more: { globalSetup?: string } = {}) =>
  ({ test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout, fileParallelism: name === 'unit', ...more } });

/** Postgres, Redis and Qdrant that the tests of a run share, each with a part of its own. */
const globalSetup = 'test/world/shared-stores.ts';

/** Four groups; those that need an engine run one file at a time. */
export default defineConfig({
  test: { projects: [project('unit', 20_000), project('integration', 120_000, { globalSetup }), project('faults', 240_000, { globalSetup }), project('deploy', 600_000)] },
});
