import { status as definition } from '../../shared/commands/status.ts';
import { describeOlderChunks } from '../../shared/older-chunks.ts';
import { formatScheduledTask } from '../../shared/scheduled-task.ts';
import { formatTable } from '../../shared/table.ts';
import type { BackupRow } from '../backup/results.ts';
import { end, print, say, stackCommand } from '../command.ts';
import { inspectStack } from '../status/inspect.ts';
import type { StackInspection } from '../status/inspect.ts';
import { reasonsNotReady } from '../status/ready.ts';

/** After this time the user is told what the command waits for. */
const slowAfterMs = 2_000;

export const status = stackCommand(definition, async ({ stack, json }) => {
  const slow = setTimeout(
    () => say('asking the engine, the GPU host and the queues ...'),
    slowAfterMs,
  );
  const seen = await inspectStack(stack).finally(() => clearTimeout(slow));
  const why = reasonsNotReady(seen);
  const isReady = why.length === 0;
  if (json) print(JSON.stringify({ stack, ready: isReady, why, ...seen }));
  else if (seen.containers.length === 0)
    say(`Stack ${stack} has no containers: ./pulse up --stack ${stack}`);
  else print(formatStatus(stack, seen, why));
  end(isReady ? 0 : 1);
});

/** With its age: one that is old is worth a look. */
function formatBackup({ what, ok, at, result }: BackupRow, nowMs: number): object {
  const hours = Math.max(0, Math.floor((nowMs - Date.parse(at)) / 3_600_000));
  const age = hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
  return { last: what, age, state: ok ? 'done' : 'FAILED', result };
}

function formatStatus(stack: string, seen: StackInspection, why: readonly string[]): string {
  const tables = [
    seen.containers,
    seen.volumes,
    seen.gpuHost,
    seen.queues,
    seen.keywordFiles,
    seen.tasks.map(formatScheduledTask),
    seen.backups.map((row) => formatBackup(row, Date.now())),
  ]
    .filter((rows) => rows.length > 0)
    .map(formatTable);
  const reasons = why.map((reason) => `\n  - ${reason}`).join('');
  const verdict =
    why.length === 0 ? `Stack ${stack} is ready.` : `Stack ${stack} is not ready:${reasons}`;
  const { chunks } = seen;
  const older = chunks === null || chunks.olderChunks === 0 ? [] : [describeOlderChunks(chunks)];
  return [...tables, ...older, verdict].join('\n\n');
}
