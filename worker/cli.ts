/**
 * The command line inside the image; `./pulse` runs it in a healthy worker. Answers on stdout,
 * progress on stderr; exit 0 done, 1 failed, 2 wrong use or settings.
 */
import { Command, CommanderError } from 'commander';

import { formatReport as reportTable } from '../healthchecks/report-table.ts';
import { verify } from '../healthchecks/verify.ts';
import { auditCommand } from './commands/audit.ts';
import { UsageError } from './commands/command.ts';
import type { Run } from './commands/command.ts';
import { deleteDocuments } from './commands/delete.ts';
import type { DeleteOptions } from './commands/delete.ts';
import { indexLines } from './commands/index-documents.ts';
import { keywordsCommand } from './commands/keywords.ts';
import { createPipeline } from './commands/pipeline.ts';
import { queueCommand } from './commands/queue.ts';
import { describeRebuild, reindexAll } from './commands/reindex-all.ts';
import { reindexDocuments } from './commands/reindex.ts';
import { retentionCommand } from './commands/retention.ts';
import { searchCommand } from './commands/search.ts';
import { requireOneSelection } from './commands/selection.ts';
import type { Selection } from './commands/selection.ts';
import { PulseError, describeError } from './errors.ts';
import { openServices } from './open-services.ts';
import type { Services } from './services.ts';
import { readSettings, SettingsError } from './settings.ts';

interface Output {
  readonly json?: true;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const report = (line: string): void => void process.stderr.write(`${line}\n`);

async function withServices(
  work: (services: Services, settings: ReturnType<typeof readSettings>) => Promise<boolean>,
): Promise<void> {
  const settings = readSettings({ ...process.env, WEBHOOK_LOG_LEVEL: 'ERROR' });
  const services = openServices(settings);
  try {
    if (!(await work(services, settings))) process.exitCode = 1;
  } finally {
    await services.close();
  }
}

const program = new Command('pulse')
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text) });

program
  .command('index')
  .argument('<input>', '- for JSON lines on standard input')
  .option('--wait', 'until every document is indexed or failed')
  .option('--json')
  .action((_input: string, { wait = false, json }: Output & { wait?: boolean }) =>
    withServices(async (services) => {
      const result = await indexLines(services, process.stdin, wait, report);
      print(
        json
          ? JSON.stringify(result)
          : [
              `${result.accepted} accepted, ${result.unchanged} unchanged, ${result.rejected.length} rejected${result.failed === undefined ? '' : `, ${result.failed} failed`}`,
              ...result.rejected.map(({ line, problem }) => `  line ${line}: ${problem}`),
            ].join('\n'),
      );
      return result.rejected.length === 0 && (result.failed ?? 0) === 0;
    }),
  );

program.addCommand(searchCommand(withServices, print));

const run: Run = (work, { json }) =>
  withServices(async (services) => {
    const { value, text, ok = true } = await work(services);
    print(json ? JSON.stringify(value) : text);
    return ok;
  });
for (const command of [queueCommand, auditCommand, keywordsCommand, retentionCommand])
  program.addCommand(command(run));

program
  .command('delete')
  .argument('[url]')
  .option('--domain <host>')
  .option('--all')
  .option('--yes')
  .option('--count')
  .option('--no-wait')
  .option('--json')
  .action((url: string | undefined, options: Output & Omit<DeleteOptions, 'url'>) =>
    run((services) => deleteDocuments(services, { url, ...options }), options),
  );

program
  .command('reindex')
  .argument('[url]')
  .option('--domain <host>')
  .option('--all', 'every document, into a new collection beside the one in use')
  .option('--no-wait')
  .option('--json')
  .action((url: string | undefined, options: Output & Omit<Selection, 'url'> & { wait: boolean }) =>
    run(async (services) => {
      if (!requireOneSelection({ url, ...options }).all)
        return reindexDocuments(services, { url, ...options });
      const rebuilt = await reindexAll(services, report);
      return {
        value: rebuilt,
        text: describeRebuild(rebuilt),
        ok: rebuilt.swapped && rebuilt.failed.length === 0,
      };
    }, options),
  );

program
  .command('verify')
  .option('--json')
  .option('--report', 'JSON, and exit code 0 whatever is found')
  .option('--replicas <n>', 'workers that have to be there', Number, 1)
  .option('--no-canary', 'connections only')
  .action(
    ({
      json,
      report: always,
      replicas,
      canary,
    }: Output & { report?: true; replicas: number; canary: boolean }) =>
      withServices(async (services, settings) => {
        const found = await verify(
          { ...settings, workerReplicas: replicas },
          createPipeline(services),
          { withoutCanary: !canary },
        );
        print(json || always ? JSON.stringify(found) : reportTable(found));
        return found.ok || always === true;
      }),
  );

try {
  await program.parseAsync();
} catch (error) {
  const usage = error instanceof CommanderError;
  if (!usage)
    report(
      error instanceof PulseError
        ? `${error.code}: ${describeError(error)}\n  what to do: ./pulse explain ${error.code}`
        : describeError(error),
    );
  process.exitCode = usage
    ? error.exitCode === 0
      ? 0
      : 2
    : error instanceof SettingsError || error instanceof UsageError
      ? 2
      : 1;
}
