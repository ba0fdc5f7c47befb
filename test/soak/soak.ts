/**
 * `npm run soak`: workers, stores and connections break at random while documents come in; in the
 * end every store must hold what was acknowledged, exactly once.
 */
import { randomInt } from 'node:crypto';

import { Command, InvalidArgumentError } from 'commander';

import { formatTable } from '../../shared/table.ts';
import { findInconsistencies } from '../harness/consistency.ts';
import { openStores } from '../harness/stores.ts';
import { openTestStack } from '../harness/test-stack.ts';
import { Crasher } from './crasher.ts';
import { everyFault } from './faults.ts';
import { Random } from './random.ts';
import { Traffic } from './traffic.ts';
import { Workers } from './workers.ts';

const progressEveryMs = 5_000;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly workers: number;
}

/** @returns what the comparison found */
async function soak(
  { minutes, seed, workers: count }: Options,
  interrupted: AbortSignal,
): Promise<string[]> {
  const again = `npm run soak -- --minutes ${minutes} --workers ${count} --seed ${seed}`;
  say(`seed ${seed}: ${minutes} minute(s), ${count} workers; ${again} draws the same faults again`);
  await using stores = await openStores();
  await using stack = await openTestStack({
    stores: stores.addresses,
    environment: { WEBHOOK_TEI_TIMEOUT: '10s', WEBHOOK_DRAIN_TIMEOUT: '10s' },
  });
  interrupted.throwIfAborted();
  const workers = new Workers(stack, count);
  // Each has a generator of its own: how quickly one goes on does not change what the others draw.
  const crasher = new Crasher(
    everyFault(stack, stores, workers, count, new Random(seed + 2)),
    new Random(seed),
  );
  const traffic = new Traffic(stack, new Random(seed + 1));
  const began = performance.now();
  const report = (what: string): void =>
    say(
      `${Math.round((performance.now() - began) / 1_000)} s  ${what}  ${Object.entries(
        traffic.counts,
      )
        .map(([kind, number]) => `${number} ${kind}`)
        .join(', ')};` +
        ` ${workers.running} of ${count} workers run; now: ${crasher.now.join(', ') || 'no fault'}`,
    );
  let phase = 'breaking ';
  const progress = setInterval(() => report(phase), progressEveryMs);
  try {
    const over = AbortSignal.any([AbortSignal.timeout(minutes * 60_000), interrupted]);
    await Promise.all([crasher.run(over), traffic.run(over)]);
    interrupted.throwIfAborted();
    phase = 'settling ';
    const found = await Promise.race([findInconsistencies(stack), rejection(interrupted)]);
    const documents = stack.intake.acknowledged.size;
    say(`\n${formatTable(countsOf(crasher.injected, 'fault'))}`);
    say(`\n${formatTable(countsOf(workers.ends, 'a worker ended by'))}`);
    say(`\n${formatTable([{ ...traffic.counts, documents, disagreements: found.length }])}`);
    return found;
  } finally {
    clearInterval(progress);
    workers.stop();
  }
}

/** Rows of a table, in the order of what was counted. */
function countsOf(counts: ReadonlyMap<string, number>, heading: string) {
  return [...counts]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([what, times]) => ({ [heading]: what, times }));
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

function atLeast(least: number) {
  return (text: string): number => {
    const number = Number(text);
    if (!(number >= least)) throw new InvalidArgumentError(`a number of at least ${least}`);
    return number;
  };
}

const options = new Command('soak')
  .description(
    'Breaks workers, stores and connections at random while documents come in, ' +
      'then compares all stores with what was acknowledged.',
  )
  .option('--minutes <n>', 'how long things break', atLeast(0.1), 5)
  .option(
    '--seed <n>',
    'of the random choices; one of an earlier run repeats them',
    atLeast(0),
    randomInt(1_000_000),
  )
  .option('--workers <n>', 'worker processes', atLeast(1), 3)
  .addHelpText(
    'after',
    '\nExit code 0: all stores agree; 1: they do not, and the seed is printed; 130: interrupted.' +
      '\nExample:\n  npm run soak -- --minutes 5',
  )
  .parse()
  .opts<Options>();
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    say('interrupted: removing what was started');
    interruption.abort(new Error(signal));
  });
try {
  const found = await soak(options, interruption.signal);
  say(
    found.length === 0
      ? `All stores hold what was acknowledged, exactly once (seed ${options.seed}).`
      : `seed ${options.seed} FOUND ${found.length}:\n${found.join('\n')}`,
  );
  process.exitCode = found.length === 0 ? 0 : 1;
} catch (error) {
  if (!interruption.signal.aborted)
    say(`seed ${options.seed} FAILED: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = interruption.signal.aborted ? 130 : 1;
}
// Everything is closed. Without this, Node 24.21 now and then never ends: it was seen to loop in
// CleanupHandles over the pipe of a child that has ended.
process.exit();
