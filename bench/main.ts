/**
 * `npm run bench [what]`: performance, measured and printed with the machine; never a test that
 * fails on a slow day.
 */
import { Argument, Command } from 'commander';

import { deployBench } from './deploy.ts';
import { formatRows } from './row.ts';
import type { Bench, Row } from './row.ts';
import { workerBench } from './worker/bench.ts';

const benches: Readonly<Record<string, Bench>> = { deploy: deployBench, worker: workerBench };

const program = new Command('bench')
  .description('measures and prints a table with the machine')
  .addArgument(new Argument('[what]').choices(Object.keys(benches)))
  .option('--json', 'for scripts')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run bench\n  npm run bench deploy\n  npm run bench -- worker --json',
  )
  .action(async (what: string | undefined, { json = false }: { json?: boolean }) => {
    const rows: Row[] = [];
    for (const [name, bench] of Object.entries(benches)) {
      if (what === undefined || what === name)
        rows.push(...(await bench((line) => process.stderr.write(`${name}: ${line}\n`))));
    }
    process.stdout.write(`${formatRows(rows, json)}\n`);
  });

// Waiting for containers holds no handle of its own: without this timer the event loop would end
// before the benchmark does.
const running = setInterval(() => undefined, 60_000);
await program.parseAsync();
clearInterval(running);
process.exit();
