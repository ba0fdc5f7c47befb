import type { Settings } from '../../settings.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { say } from '../command.ts';
import { inWorker } from '../in-worker.ts';
import { captureJson, runInteractive } from '../process.ts';
import { installMissingTools } from '../tools.ts';
import { findBrokenContainers } from './drift.ts';
import { reportFailedContainers } from './failure.ts';
import { waitUntilHealthy } from './health.ts';
import { pruneWorkerImages } from './images.ts';
import { preflight } from './preflight.ts';
import { indexAndSearchSample } from './sample.ts';
import { selectStack } from './select-stack.ts';
import { readStackSettings } from './settings.ts';

export interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly seconds: number;
}
export interface Deployment {
  readonly stack: string;
  readonly ok: boolean;
  readonly changed: number;
  readonly seconds: number;
  readonly steps: readonly Step[];
}
export interface How {
  /** Install a missing engine without asking. */
  readonly yes: boolean;
  /** Where pulumi's own words go. */
  readonly childOutput: 'stdout' | 'stderr';
  /** Filled as steps end, the one that threw included. */
  readonly steps: Step[];
}

/**
 * Tools, stack, preflight, `pulumi up`, health, verification; on `dev` also the sample and two
 * searches. @throws CommandError when it cannot go on
 */
export async function deploy(
  stack: string,
  { yes, childOutput: stdout, steps }: How,
): Promise<Deployment> {
  const began = Date.now();
  const since = (start: number): number => Math.round((Date.now() - start) / 1000);
  const step = async (name: string, work: () => Promise<boolean | void>): Promise<void> => {
    const start = Date.now();
    let ok = false;
    try {
      ok = (await work()) !== false;
    } finally {
      steps.push({ step: name, ok, seconds: since(start) });
    }
  };

  await step('tools', () => installMissingTools(yes));
  await step('stack', () => selectStack(stack));
  const settings = await readStackSettings(stack);
  await step('preflight', () => preflight(settings));
  await step('pulumi up', () => update(stack, stdout));
  await step('health', () => waitUntilHealthy(stack));
  await step('verification', () => verifyStack(settings, stdout));
  if (stack === 'dev') await step('sample', () => indexAndSearchSample(stack, stdout));
  await step('old images', () => pruneWorkerImages(stack));

  const changed = await countChanges(stack);
  // Under `warn` a failed check is reported, and no reason to call the deployment failed.
  const ok = steps.every(
    (one) => one.ok || (one.step === 'verification' && settings.verification === 'warn'),
  );
  const proof = steps.every((one) => one.ok)
    ? 'up and proven'
    : `up, and a check failed: see above${ok ? " (verification is 'warn')" : ''}`;
  say(
    `\n${changed === 0 ? 'Nothing changed' : `${changed} resources changed`}; stack ${stack} is ${proof} after ${since(began)} s.`,
  );
  return { stack, ok, changed, seconds: since(began), steps };
}

/**
 * Refreshed: a container that somebody removed or stopped is only seen by asking the engine; what a
 * refresh takes for good and is not, is replaced by name.
 */
async function update(stack: string, stdout: How['childOutput']): Promise<void> {
  const anew = (await findBrokenContainers(stack)).flatMap((urn) => ['--replace', urn]);
  const code = await runInteractive(
    'pulumi',
    ['up', '--yes', '--skip-preview', '--refresh', '--suppress-outputs', '--stack', stack, ...anew],
    { stdout },
  );
  if (code === 0) return;
  await reportFailedContainers(stack);
  throw new CommandError(
    'pulumi up failed',
    `its words stand above, and the last log lines of what is not well; repair the cause and run ./pulse up --stack ${stack} again`,
  );
}

async function verifyStack(
  { stack, workerReplicas }: Settings,
  stdout: How['childOutput'],
): Promise<boolean> {
  say('\nEvery connection, and a document through the whole pipeline:');
  return (
    (await inWorker(stack, ['verify', '--replicas', String(workerReplicas)], { stdout })) === 0
  );
}

/** What the last update did, from the stack's own history. */
async function countChanges(stack: string): Promise<number> {
  const [last] = await captureJson<{ resourceChanges?: Record<string, number> }[]>('pulumi', [
    'stack',
    'history',
    '--json',
    '--page-size',
    '1',
    '--stack',
    stack,
  ]);
  return Object.entries(last?.resourceChanges ?? {})
    .filter(([kind]) => kind !== 'same')
    .reduce((sum, [, count]) => sum + count, 0);
}
