import type { InStack } from '../command.ts';
import { end, stackCommand } from '../command.ts';
import { containersOf } from '../containers.ts';
import { inWorker } from '../in-worker.ts';
import { prefixOf } from '../stack.ts';
import { declaredContainers } from '../state.ts';

export const verify = stackCommand('verify', 'every connection, from inside a worker, and a document through the whole pipeline', ['./pulse verify', './pulse verify --stack prod --json'])
  .action(async ({ stack, json }: InStack) => {
    const worker = 'webhook-worker-';
    const [there, declared] = await Promise.all([containersOf(stack, worker), declaredContainers(stack)]);
    // One that was removed since the last update is to be missed; where the state is not at hand, those that are there count.
    const replicas = Math.max(there.length, declared.filter(({ name }) => name.startsWith(`${prefixOf(stack)}_${worker}`)).length);
    end(await inWorker(stack, ['verify', '--replicas', String(replicas), ...(json ? ['--json'] : [])]));
  });
