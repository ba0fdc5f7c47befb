import { formatArguments } from '../../shared/commands/format-arguments.ts';
import { verify as definition } from '../../shared/commands/verify.ts';
import { end, stackCommand } from '../command.ts';
import { containersOf, isWorker, nameOf } from '../containers.ts';
import { runInApi } from '../in-worker.ts';
import { declaredContainers } from '../state.ts';

export const verify = stackCommand(definition, async ({ stack, json }) => {
  const replicas = await countExpectedWorkers(stack);
  end(await runInApi(stack, ['verify', ...formatArguments(definition, { replicas, json })]));
});

/**
 * A worker that was removed since the last update is still expected. Where the stack's state is not
 * at hand, the containers that are there count.
 */
async function countExpectedWorkers(stack: string): Promise<number> {
  const [there, declared] = await Promise.all([containersOf(stack), declaredContainers(stack)]);
  return Math.max(
    there.map(nameOf).filter(isWorker).length,
    declared.filter(({ name }) => isWorker(name)).length,
  );
}
