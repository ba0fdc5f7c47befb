import type { InStack } from '../command.ts';
import { end, stackCommand } from '../command.ts';
import { containersOf, isWorker, nameOf } from '../containers.ts';
import { inWorker } from '../in-worker.ts';
import { declaredContainers } from '../state.ts';

export const verify = stackCommand(
  'verify',
  'every connection, from inside a worker, and a document through the whole pipeline',
  ['./pulse verify', './pulse verify --stack prod --json'],
).action(async ({ stack, json }: InStack) => {
  const [there, declared] = await Promise.all([containersOf(stack), declaredContainers(stack)]);
  // One that was removed since the last update is to be missed; where the state is not at hand, those that are there count.
  const replicas = Math.max(
    there.map(nameOf).filter(isWorker).length,
    declared.filter(({ name }) => isWorker(name)).length,
  );
  end(
    await inWorker(stack, ['verify', '--replicas', String(replicas), ...(json ? ['--json'] : [])]),
  );
});
