import { localImages } from '../../offline/images/recipe.ts';
import {
  makeCurrentImages,
  monitorsVariable,
  removeCurrentImages,
} from '../../offline/monitors/images.ts';
import { officialImages } from '../../settings/official-images.ts';
import { isImageRegistryReachable } from '../../toolchain/image-registry.ts';
import type { Step } from '../progress/steps.ts';
import { runTests } from './run.ts';
import type { RunOptions, TestRun } from './run.ts';

/** What has to do with Prometheus and Alertmanager, and what both versions of them have. */
const files = [
  'test/unit/ops/alerts.test.ts',
  'test/unit/components/monitoring-config.test.ts',
  'test/integration/cli/alerts.test.ts',
  'test/integration/components/alertmanager.test.ts',
  'test/faults/alarms.test.ts',
  'test/deploy/monitoring.test.ts',
  'test/monitors/',
];
const groups = ['unit', 'integration', 'faults', 'deploy', 'monitors'];

const prepare: Step = {
  name: 'monitors',
  title: 'Compiling Prometheus and Alertmanager',
  work: async ({ report }) => {
    const { node } = (await isImageRegistryReachable())
      ? officialImages
      : { node: localImages.node.reference };
    await makeCurrentImages(node, report);
  },
};

/** Runs these tests on Prometheus and Alertmanager as the official images have them. */
export async function runOnCurrentMonitors(
  options: Pick<RunOptions, 'recordWaits' | 'stdout'>,
): Promise<TestRun> {
  const env = { [monitorsVariable]: 'current' };
  try {
    return await runTests({ ...options, groups, files, env, prepare });
  } finally {
    await removeCurrentImages();
  }
}
