import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/**
 * The longest that a test may take. It is no assertion: what a test waits for ends before, or says
 * after ten minutes what did not happen.
 */
const patienceMs = 30 * 60_000;

/**
 * What the tests of a run share: Postgres, Redis and Qdrant, of which each has a part of its own,
 * and the programs as the image has them.
 */
const shared = { globalSetup: 'test/harness/shared-by-run.ts' };
/** First what is fast; then all that mostly waits for an engine, side by side. */
const fast = { sequence: { groupOrder: 1 }, maxWorkers: '100%' };
const waiting = { sequence: { groupOrder: 2 }, maxWorkers: 4 };

const groups = {
  unit: fast,
  integration: { ...waiting, ...shared },
  faults: { ...waiting, ...shared },
  deploy: waiting,
  // With the unit tests, in `./pulse test quick` alone.
  quick: fast,
  // In `./pulse test monitors` alone, which compiles what they need.
  monitors: waiting,
};

/** Deploys take longest: begun last, the longest of them would run alone at the end. */
class DeploysFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isDeploy = ({ project }: TestSpecification) => project.name === 'deploy';
    const sorted = await super.sort(files);
    return [...sorted.filter(isDeploy), ...sorted.filter((file) => !isDeploy(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: DeploysFirst },
    projects: Object.entries(groups).map(([name, group]) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: patienceMs,
        hookTimeout: patienceMs,
        // Files that run one after the other in a process load the modules once.
        isolate: false,
        ...group,
        setupFiles: name === 'unit' ? [] : ['test/harness/failed-tests.ts'],
      },
    })),
  },
});
