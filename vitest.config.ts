import { defineConfig } from 'vitest/config';

/**
 * The longest that a test may take. It is no assertion: what a test waits for ends before, or says
 * after ten minutes what did not happen.
 */
const patienceMs = 30 * 60_000;

/** Postgres, Redis and Qdrant that the tests of a run share, each with a part of its own. */
const stores = { globalSetup: 'test/harness/shared-stores.ts' };
/** First what is fast; then all that mostly waits for an engine, side by side. */
const fast = { sequence: { groupOrder: 1 }, maxWorkers: '100%' };
const waiting = { sequence: { groupOrder: 2 }, maxWorkers: 3 };

const groups = {
  unit: fast,
  integration: { ...waiting, ...stores },
  faults: { ...waiting, ...stores },
  deploy: waiting,
  // With the unit tests, in `./pulse test quick` alone.
  quick: fast,
};

export default defineConfig({
  test: {
    projects: Object.entries(groups).map(([name, group]) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: patienceMs,
        hookTimeout: patienceMs,
        // Files that run one after the other in a process load the modules once.
        isolate: false,
        ...group,
      },
    })),
  },
});
