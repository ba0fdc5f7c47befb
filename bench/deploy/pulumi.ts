import type { Report, Row } from '../row.ts';
import { replicas, requireSuccess } from './deployment.ts';
import type { Deployment } from './deployment.ts';
import { Stopwatch, updates } from './stopwatch.ts';

const update = ['up', '--yes', '--skip-preview'];
const preview = ['preview', '--expect-no-changes'];

export interface PulumiOptions {
  /** Called after an update that changed what the stack declares; its time is not measured. */
  readonly onChanged?: () => Promise<void>;
  readonly report: Report;
}

/** Measures every update of a stack that is not there, and leaves none; its data stay. */
export async function measurePulumi(
  { project, signal }: Deployment,
  { onChanged = () => Promise.resolve(), report }: PulumiOptions,
): Promise<readonly Row[]> {
  const stopwatch = new Stopwatch(report);
  const run = async (...args: string[]): Promise<void> =>
    requireSuccess(`pulumi ${args[0]}`, await project.pulumi(...args), signal);
  const time = (measured: string, args: readonly string[], limitSeconds?: number): Promise<void> =>
    stopwatch.time(measured, () => run(...args), limitSeconds);

  project.configure({ workerReplicas: String(replicas), logLevel: 'INFO' });
  await time(updates.fromNothing, update, 30);
  await onChanged();
  await time('preview without changes, right after', preview, 4);
  await time('preview without changes', preview, 3);
  await time(updates.nothingToDo, update);
  project.configure({ workerReplicas: String(replicas + 1) });
  await time(updates.oneReplicaMore, update, 8);
  await onChanged();
  project.configure({ workerReplicas: String(replicas) });
  await run(...update);
  project.configure({ logLevel: 'DEBUG' });
  await time(updates.allReplaced, update, 20);
  await onChanged();
  await time(updates.destroy, ['destroy', '--yes', '--skip-preview']);
  return stopwatch.rows;
}
