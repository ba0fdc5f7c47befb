import { formatTable } from '../../shared/table.ts';
import type { InStack } from '../command.ts';
import { end, print, say, stackCommand } from '../command.ts';
import { inspectStack } from '../status/inspect.ts';
import { reasonsNotReady } from '../status/ready.ts';

export const status = stackCommand(
  'status',
  'containers, volumes, GPU host, queues; ready or not, and why',
  ['./pulse status', './pulse status --stack prod --json'],
).action(async ({ stack, json }: InStack) => {
  const slow = setTimeout(() => say('asking the engine, the GPU host and the queues ...'), 2_000);
  const seen = await inspectStack(stack).finally(() => clearTimeout(slow));
  const why = reasonsNotReady(seen);
  if (json) print(JSON.stringify({ stack, ready: why.length === 0, why, ...seen }));
  else if (seen.containers.length === 0)
    say(`Stack ${stack} has no containers: ./pulse up --stack ${stack}`);
  else {
    const parts = [seen.containers, seen.volumes, seen.gpuHost, seen.queues]
      .filter((rows) => rows.length > 0)
      .map(formatTable);
    print(
      [
        ...parts,
        why.length === 0
          ? `Stack ${stack} is ready.`
          : `Stack ${stack} is not ready:\n${why.map((reason) => `  - ${reason}`).join('\n')}`,
      ].join('\n\n'),
    );
  }
  end(why.length === 0 ? 0 : 1);
});
