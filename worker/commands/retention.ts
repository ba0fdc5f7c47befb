import { Command, InvalidArgumentError } from 'commander';

import { deleteExpired, countExpired } from '../records/retention.ts';
import type { Retention } from '../records/retention.ts';
import { UsageError, parseWholeNumber } from './command.ts';
import type { Output, Run } from './command.ts';
import { progress } from './progress.ts';

interface RetentionOptions extends Output {
  readonly versions?: number;
  readonly versionsFor?: number;
  readonly runsFor?: number;
  readonly yes?: true;
}

/** `retention` */
export function retentionCommand(run: Run): Command {
  return new Command('retention')
    .exitOverride()
    .description(
      'remove old versions of documents and old runs; the latest version always stays. Without --yes it says what would go',
    )
    .option(
      '--versions <n>',
      'keep this many of the newest versions of each document',
      parseWholeNumber,
    )
    .option('--versions-for <days>', 'keep versions of the last days, such as 90d', days)
    .option(
      '--runs-for <days>',
      'keep runs (timings, failures) of the last days, such as 30d',
      days,
    )
    .option('--yes', 'remove them')
    .option('--json', 'answer for scripts')
    .action(({ versions, versionsFor, runsFor, yes, ...output }: RetentionOptions) =>
      run(async ({ pool }) => {
        const retention: Retention = { versions, versionDays: versionsFor, runDays: runsFor };
        if (versions === undefined && versionsFor === undefined && runsFor === undefined)
          throw new UsageError(
            'say what to keep: --versions <n>, --versions-for <days>, --runs-for <days>',
          );
        const found = await countExpired(pool, retention);
        const told = `${found.versions} old version(s) and ${found.runs} old run(s)`;
        if (yes === undefined)
          return {
            value: { ...found, removed: false },
            text: `${told} would be removed. Nothing was: add --yes to do it.`,
          };
        const bar = progress('rows removed', found.versions + found.runs);
        const removed = await deleteExpired(pool, retention, (rows) => bar.tell(rows));
        bar.end();
        return {
          value: { ...removed, removed: true },
          text: `${removed.versions} old version(s) and ${removed.runs} old run(s) removed, their room given back.`,
        };
      }, output),
    );
}

function days(given: string): number {
  if (!/^[1-9]\d{0,4}d?$/.test(given))
    throw new InvalidArgumentError('a number of days, such as 30d');
  return Number.parseInt(given, 10);
}
