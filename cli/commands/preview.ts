import { formatTable } from '../../shared/table.ts';
import type { InStack } from '../command.ts';
import { end, print, say, stackCommand } from '../command.ts';
import { previewStack } from '../preview/preview.ts';
import type { StackPreview } from '../preview/preview.ts';
import { runInteractive } from '../process.ts';
import { configuredStacks } from '../stacks.ts';
import { installPulumi } from '../tools.ts';

export const preview = stackCommand(
  'preview',
  'types, and what an update of a stack would change; needs no engine, no GPU host and no secret',
  ['./pulse preview', './pulse preview --stack prod', './pulse preview --all --json'],
)
  .option('--all', 'every stack that is configured here')
  .action(async ({ stack, all, json }: InStack & { all?: true }) => {
    await installPulumi();
    say('checking types ...');
    const typed =
      (await runInteractive('node', ['node_modules/typescript/bin/tsc', '--noEmit'], {
        stdout: 'stderr',
      })) === 0;
    const previews: StackPreview[] = [];
    for (const name of all ? configuredStacks() : [stack]) {
      say(`previewing ${name} ...`);
      previews.push(await previewStack(name));
    }
    const ok = typed && previews.every((one) => one.ok);
    if (json) print(JSON.stringify({ ok, types: typed, stacks: previews }));
    else {
      print(`types: ${typed ? 'good' : 'faults, see above'}`);
      for (const one of previews) print(`\n${textOf(one)}`);
    }
    end(ok ? 0 : 1);
  });

function textOf({ stack, ok, against, why, changes, problems }: StackPreview): string {
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
