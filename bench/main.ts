/**
 * `npm run bench [what]`: performance, measured and printed with the machine; never a test that
 * fails on a slow day.
 */
import { join } from 'node:path';

import { Argument, Command, InvalidArgumentError, Option } from 'commander';

import { CommandError } from '../toolchain/command-error.ts';
import { Interrupted } from '../toolchain/process.ts';
import type { Mode } from '../worker/search/search.ts';
import { compareWithRevision } from './against/against.ts';
import { apiBench } from './api/bench.ts';
import { formatComparison } from './comparison.ts';
import { compareWithCompose } from './compose/compare.ts';
import { deployBench } from './deploy/bench.ts';
import { nightBench } from './night/bench.ts';
import { pageBench } from './page/bench.ts';
import { formatSet, measureSet } from './ranking/bench.ts';
import { measureSynthetic } from './ranking/synthetic.ts';
import { retentionBench } from './retention/bench.ts';
import { formatRows } from './row.ts';
import type { Bench, Row } from './row.ts';
import { stackBench } from './stack/bench.ts';
import { workerBench } from './worker/bench.ts';

const benches: Readonly<Record<string, Bench>> = {
  api: apiBench,
  deploy: deployBench,
  night: nightBench,
  page: pageBench,
  retention: retentionBench,
  stack: stackBench,
  worker: workerBench,
};

interface Options {
  readonly json?: boolean;
  readonly against?: string;
  readonly compose?: boolean;
  readonly pairs?: number;
  readonly set?: string;
  readonly mode?: Mode;
  readonly synthetic?: number;
}

const program = new Command('bench')
  .description('measures and prints a table with the machine')
  .addArgument(new Argument('[what]').choices([...Object.keys(benches), 'ranking']))
  .addOption(
    new Option(
      '--against <revision>',
      'compares this tree with another revision, run in turn',
    ).conflicts('compose'),
  )
  .option('--compose', 'compares an update of the stack with docker compose (deploy)')
  .addOption(
    new Option('--synthetic <chunks>', 'keyword searches over so many made-up chunks (ranking)')
      .argParser(parseCount)
      .conflicts(['set', 'mode', 'against', 'compose']),
  )
  .option('--pairs <n>', 'runs of each side (5 against a revision, 1 with compose)', parseCount)
  .addOption(
    new Option('--set <folder>', 'a judged set: see docs/ranking.md (ranking)').conflicts([
      'against',
      'compose',
    ]),
  )
  .addOption(
    new Option('--mode <mode>', 'measures this one alone (ranking)').choices([
      'keyword',
      'semantic',
      'hybrid',
    ]),
  )
  .option('--json', 'for scripts')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run bench\n  npm run bench api\n  npm run bench deploy\n  npm run bench -- worker --json\n' +
      '  npm run bench worker -- --against main --pairs 3\n  npm run bench deploy -- --compose\n' +
      '  npm run bench ranking -- --set test/fixtures/ranking',
  )
  .action(async (what: string | undefined, options: Options) => {
    process.stdout.write(`${await measure(what, options)}\n`);
  });

async function measure(what: string | undefined, options: Options): Promise<string> {
  const { json = false, against, compose = false, pairs } = options;
  if (what === 'ranking') return measureRanking(options);
  if ((options.set ?? options.mode ?? options.synthetic) !== undefined)
    program.error('error: --set, --mode and --synthetic are for ranking');
  if (against !== undefined) return compareRevisions(what, against, pairs ?? 5, json);
  if (compose) {
    if (what !== 'deploy') program.error('error: --compose is for deploy');
    const { comparison, sides } = await compareWithCompose(pairs ?? 1, reportAs('compose'));
    return formatComparison(comparison, sides, { json });
  }
  if (pairs !== undefined) program.error('error: --pairs goes with --against or --compose');
  const rows: Row[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (what === undefined || what === name) rows.push(...(await bench(reportAs(name))));
  }
  return formatRows(rows, json);
}

async function measureRanking(options: Options): Promise<string> {
  const { json = false, set, mode, synthetic, against, compose, pairs } = options;
  if ((against ?? compose ?? pairs) !== undefined)
    program.error('error: --against, --compose and --pairs are not for ranking');
  const report = reportAs('ranking');
  if (synthetic !== undefined) return formatRows(await measureSynthetic(synthetic, report), json);
  if (set !== undefined) return formatSet(await measureSet(set, mode, report), json);
  return program.error('error: ranking needs --set <folder> or --synthetic <chunks>');
}

async function compareRevisions(
  what: string | undefined,
  revision: string,
  pairs: number,
  json: boolean,
): Promise<string> {
  if (what === undefined) return program.error('error: --against needs to know what: deploy, …');
  const interruption = new AbortController();
  const onSignal = (): void => interruption.abort(new Interrupted());
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const { comparison, sides } = await compareWithRevision({
    root: join(import.meta.dirname, '..'),
    what,
    revision,
    pairs,
    report: reportAs('against'),
    signal: interruption.signal,
  });
  return formatComparison(comparison, sides, { json });
}

function reportAs(name: string): (line: string) => void {
  return (line) => void process.stderr.write(`${name}: ${line}\n`);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('a number from 1');
  return Number(text);
}

/** @returns the exit code */
function explain(error: unknown): number {
  if (error instanceof Interrupted) return 130;
  if (!(error instanceof CommandError)) throw error;
  process.stderr.write(`${error.message}\n${error.remedy}\n`);
  return 1;
}

// Waiting for containers holds no handle of its own: without this timer the event loop would end
// before the benchmark does.
const running = setInterval(() => undefined, 60_000);
const exitCode = await program.parseAsync().then(() => 0, explain);
clearInterval(running);
process.exit(exitCode);
