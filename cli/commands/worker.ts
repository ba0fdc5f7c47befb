/** Commands that the image's command line carries out in a worker: its exit code is ours. */
import { audit as auditDefinition } from '../../shared/commands/audit.ts';
import type { Run, RunnableCommand } from '../../shared/commands/build.ts';
import { crawls as crawlsDefinition } from '../../shared/commands/crawls.ts';
import type { CommandDefinition } from '../../shared/commands/definition.ts';
import { formatArguments } from '../../shared/commands/format-arguments.ts';
import type { ArgumentsAndOptions } from '../../shared/commands/format-arguments.ts';
import { keywords as keywordsDefinition } from '../../shared/commands/keywords.ts';
import { list as listDefinition } from '../../shared/commands/list.ts';
import { queue as queueDefinition } from '../../shared/commands/queue.ts';
import { reindex as reindexDefinition } from '../../shared/commands/reindex.ts';
import { retention as retentionDefinition } from '../../shared/commands/retention.ts';
import { schedule as scheduleDefinition } from '../../shared/commands/schedule.ts';
import { end, onKnownStack } from '../command.ts';
import { runInWorker } from '../in-worker.ts';

export const reindex = forward(reindexDefinition);
export const list = forward(listDefinition);
export const audit = forward(auditDefinition);
export const keywords = forward(keywordsDefinition);
export const retention = forward(retentionDefinition);
export const schedule = forward(scheduleDefinition);
export const queue = forward(queueDefinition);
export const crawls = forward(crawlsDefinition);

function forward(definition: CommandDefinition): RunnableCommand {
  const { name, options = [], subcommands } = definition;
  if (subcommands === undefined) return { definition, run: runIn([name], definition) };
  const run = Object.fromEntries(
    Object.entries(subcommands).map(([verb, { arguments: taken = [], options: own = [] }]) => [
      verb,
      runIn([name, verb], { arguments: taken, options: [...own, ...options] }),
    ]),
  );
  return { definition, run };
}

function runIn(path: readonly string[], taken: ArgumentsAndOptions): Run {
  return onKnownStack(async (input) => {
    const stack = input['stack'] as string;
    end(await runInWorker(stack, [...path, ...formatArguments(taken, input)]));
  });
}
