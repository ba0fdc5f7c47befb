import type { RunnableCommand } from '../../shared/commands/build.ts';
import { restore as definition } from '../../shared/commands/restore.ts';
import { answerFault } from '../backup/fault.ts';
import { openBackup } from '../backup/open.ts';
import { restoreStack } from '../backup/restore-stack.ts';
import { end, onKnownStack, print } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { StepResult } from '../progress/steps.ts';

export const restore: RunnableCommand = {
  definition,
  run: onKnownStack(
    answerFault(async ({ from, snapshot, stack, json }) => {
      if (typeof from !== 'string')
        throw new UsageError('--from is missing', './pulse restore --from /mnt/backup --stack new');
      const id = typeof snapshot === 'string' ? snapshot : undefined;
      await using opened = await openBackup(String(stack), from, id);
      const steps: StepResult[] = [];
      const restored = await restoreStack(String(stack), opened.backup, steps);
      if (json) print(JSON.stringify({ stack, backup: opened.shown, ...restored, steps }));
      end(restored.ok ? 0 : 1);
    }),
  ),
};
