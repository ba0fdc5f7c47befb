/** Vitest's setup of every file with containers: a failed test leaves its logs and states. */
import { aroundEach, beforeAll } from 'vitest';
import type { RunnerTestSuite } from 'vitest';

import { forgetReports, runWithReports, watchHooks } from './failure-report.ts';

// The files of a process share the modules: what an earlier one opened is gone.
forgetReports();

const reported = new Set<RunnerTestSuite>();

// Vitest hands over the suite second, and accepts nothing but a pattern first.
// oxlint-disable-next-line no-empty-pattern
beforeAll(({}, suite) => {
  const file = suite as unknown as RunnerTestSuite;
  watchHooks(() => {
    const failed = listSuites(file).find(
      (one) => one.result?.errors !== undefined && !reported.has(one),
    );
    if (failed === undefined) return undefined;
    reported.add(failed);
    return { file: failed.file, fullName: `before ${failed.name}`, result: failed.result };
  });
});

aroundEach((runTest, { task }) =>
  runWithReports(runTest, () => {
    const isFailure = task.result?.state === 'fail' && task.fails !== true;
    return isFailure
      ? { file: task.file, fullName: task.fullTestName, result: task.result }
      : undefined;
  }),
);

function listSuites(suite: RunnerTestSuite): RunnerTestSuite[] {
  const inner = suite.tasks.filter((task) => task.type === 'suite');
  return [suite, ...inner.flatMap(listSuites)];
}
