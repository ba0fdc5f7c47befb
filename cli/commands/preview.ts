import { preview as definition } from '../../shared/commands/preview.ts';
import { formatTable } from '../../shared/table.ts';
import { end, print, say, stackCommand } from '../command.ts';
import { previewStack } from '../preview/preview.ts';
import type { StackPreview } from '../preview/preview.ts';
import { runInteractive } from '../process.ts';
import { configuredStacks } from '../stacks.ts';
import { installPulumi } from '../tools.ts';

const typeCheck = ['node_modules/typescript/bin/tsc', '--noEmit'];

export const preview = stackCommand(definition, async ({ stack, all, json }) => {
  await installPulumi();
  say('checking types ...');
  const typesAreGood = (await runInteractive('node', typeCheck, { stdout: 'stderr' })) === 0;
  const stacks: StackPreview[] = [];
  for (const name of all ? configuredStacks() : [stack]) {
    say(`previewing ${name} ...`);
    stacks.push(await previewStack(name));
  }
  const ok = typesAreGood && stacks.every((one) => one.ok);
  if (json) print(JSON.stringify({ ok, types: typesAreGood, stacks }));
  else {
    const types = `types: ${typesAreGood ? 'good' : 'faults, see above'}`;
    print([types, ...stacks.map(formatPreview)].join('\n\n'));
  }
  end(ok ? 0 : 1);
});

function formatPreview({ stack, ok, against, why, changes, problems }: StackPreview): string {
  const head =
    against === 'state'
      ? `${stack}: what an update would change`
      : `${stack}: the plan of a new stack, because ${why}`;
  if (!ok) return `${head}\nFAILED\n${problems.join('\n')}`;
  if (changes.length === 0) return `${head}\nnothing`;
  const counts = Object.entries(Object.groupBy(changes, ({ change }) => change)).map(
    ([change, those = []]) => `${those.length} to ${change}`,
  );
  return `${head}\n${formatTable(changes)}\n${counts.join(', ')}`;
}
