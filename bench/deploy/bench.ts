import type { Bench } from '../row.ts';
import { openDeployment } from './deployment.ts';
import { measurePulumi } from './pulumi.ts';

/** Measures plain Pulumi with a stack of its own, an external GPU host and the verification. */
export const deployBench: Bench = async (report) => {
  await using deployment = await openDeployment(report);
  return await measurePulumi(deployment, { report });
};
