import type { InStack } from '../command.ts';
import { end, stackCommand } from '../command.ts';
import { containersOf } from '../containers.ts';
import { inWorker } from '../in-worker.ts';

export const verify = stackCommand('verify', 'every connection, from inside a worker, and a document through the whole pipeline', ['./pulse verify', './pulse verify --stack prod --json'])
  .action(async ({ stack, json }: InStack) => {
    const { length } = await containersOf(stack, 'webhook-worker-');
    end(await inWorker(stack, ['verify', '--replicas', String(length), ...(json ? ['--json'] : [])]));
  });
