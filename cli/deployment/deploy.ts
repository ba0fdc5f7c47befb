import type { Settings } from '../../settings.ts';
import { describeOlderChunks } from '../../shared/older-chunks.ts';
import type { ReindexEstimate } from '../../shared/older-chunks.ts';
import type { InteractiveOptions } from '../../toolchain/process.ts';
import { silenceWhile } from '../alerts/silence-update.ts';
import { backUpBeforeUpdate } from '../backup/before-update.ts';
import { say } from '../command.ts';
import { refuseOtherEngine } from '../engine-of-stack.ts';
import { readFromWorker } from '../in-worker.ts';
import { runStep } from '../progress/steps.ts';
import type { Step, StepResult } from '../progress/steps.ts';
import { readOutputs, stateOf } from '../state.ts';
import type { StackOutputs, StateResource } from '../state.ts';
import { installMonitoringImages, installStep } from '../tools.ts';
import { waitUntilHealthy } from './health.ts';
import { pruneImages } from './images.ts';
import { preflight } from './preflight.ts';
import { indexAndSearchSample } from './sample.ts';
import { selectStack } from './select-stack.ts';
import { parseStackSettings } from './settings.ts';
import type { Configuration } from './settings.ts';
import { countChanges, runPulumiUp } from './update.ts';
import { findNewReport, verifyInWorker } from './verification.ts';

/** The answer of `./pulse up --json`. */
export interface Deployment {
  readonly stack: string;
  readonly ok: boolean;
  readonly changed: number;
  readonly seconds: number;
  readonly steps: readonly StepResult[];
}

export interface DeployOptions {
  /** Install a missing engine without asking. */
  readonly yes: boolean;
  /** Where the output of pulumi, of the verification and of the searches goes. */
  readonly childOutput: NonNullable<InteractiveOptions['stdout']>;
  /** Filled as steps end, the one that threw included. */
  readonly steps: StepResult[];
  /** Whether `dev` gets the sample. */
  readonly sample?: boolean;
  /** Go on without a backup where the update cannot be undone. */
  readonly withoutBackup?: boolean;
}

/**
 * Tools, stack, preflight, `pulumi up`, health, verification; on `dev` also the sample and two
 * searches.
 *
 * @throws CommandError when it cannot go on
 */
export async function deploy(stack: string, options: DeployOptions): Promise<Deployment> {
  const { yes, childOutput: stdout, steps, sample = stack === 'dev' } = options;
  const startedMs = Date.now();
  const run: RunStep = (name, title, work, ownsTerminal = false) =>
    runStep({ name, title, work, ownsTerminal }, steps);

  await runStep(installStep(yes), steps);
  let configuration: Configuration = {};
  await run('stack', `Selecting stack ${stack}`, async (progress) => {
    configuration = await selectStack(stack, progress);
  });

  const settings = parseStackSettings(stack, configuration);
  if (settings.monitoring.mode === 'own')
    await run('monitoring', 'Installing what watches the stack', ({ report }) =>
      installMonitoringImages(report),
    );
  const state = (await stateOf(stack)) ?? [];
  await run('preflight', 'Checking the host, the stores and the GPU host', async (progress) => {
    await refuseOtherEngine(state, settings.engine.allowed);
    await preflight(settings, state, progress);
  });

  if (options.withoutBackup !== true)
    await run('backup', 'Looking whether the update can be undone', (progress) =>
      backUpBeforeUpdate(settings, progress),
    );

  const { outputs, isVerified } = await silenceWhile(stack, () =>
    updateAndVerify(stack, { settings, before: state, stdout }, run),
  );

  if (sample) {
    const title = 'Indexing and searching the sample (samples/)';
    await run('sample', title, () => indexAndSearchSample(stack, stdout), true);
  }
  await run('old images', 'Removing old images', (progress) =>
    pruneImages(settings, outputs.releases ?? [], progress),
  );

  await run('chunks', 'Counting the chunks', async ({ note }) => note(await countChunks(stack)));

  const changed = await countChanges(stack);
  // Under `warn` a failed check is reported, and does not make the deployment fail.
  const ok = steps.every(
    (one) => one.ok || (one.step === 'verification' && settings.verification.mode === 'warn'),
  );
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  say(`\n${formatResult({ stack, ok, changed, seconds, steps }, isVerified)}`);
  return { stack, ok, changed, seconds, steps };
}

interface UpdateInput {
  readonly settings: Settings;
  /** The state before the update. */
  readonly before: readonly StateResource[];
  readonly stdout: DeployOptions['childOutput'];
}

type RunStep = (
  name: string,
  title: string,
  work: Step['work'],
  ownsTerminal?: boolean,
) => Promise<void>;

/** `pulumi up`, health and verification: what an alarm could be told of. */
async function updateAndVerify(
  stack: string,
  { settings, before, stdout }: UpdateInput,
  run: RunStep,
): Promise<{ readonly outputs: StackOutputs; readonly isVerified: boolean }> {
  await run('pulumi up', 'pulumi up', (progress) => runPulumiUp(stack, stdout, progress), true);

  const outputs = await readOutputs(stack);
  await run('health', 'Waiting until every container is healthy', (progress) =>
    waitUntilHealthy(stack, outputs.containerNames, progress),
  );

  const made = findNewReport(before, outputs);
  let isVerified = made?.isVerified ?? false;
  if (made === undefined) {
    const title = 'Verifying every connection, and a document through the whole pipeline';
    const verify = async (): Promise<boolean> => {
      const verdict = await verifyInWorker(settings, stdout);
      ({ isVerified } = verdict);
      return verdict.ok;
    };
    await run('verification', title, verify, true);
  } else {
    await run('verification', 'Reading the verification that this update made', ({ note }) => {
      note(made.summary);
      return Promise.resolve(made.ok);
    });
  }
  return { outputs, isVerified };
}

/** An update cuts no document again; it says how many there are that would change. */
async function countChunks(stack: string): Promise<string> {
  try {
    const answer = await readFromWorker(stack, ['reindex', '--all', '--dry-run', '--json']);
    return describeOlderChunks(JSON.parse(answer) as ReindexEstimate);
  } catch {
    return 'not counted: no worker answers (./pulse status)';
  }
}

/** The last line: what changed, and whether all checks passed. */
function formatResult(
  { stack, ok, changed, seconds, steps }: Deployment,
  isVerified: boolean,
): string {
  const changes = changed === 0 ? 'Nothing changed' : `${changed} resources changed`;
  const allPassed = steps.every((step) => step.ok);
  const failure = `up, and a check failed: see above${ok ? " (verification is 'warn')" : ''}`;
  const passed = isVerified
    ? 'up and proven'
    : 'up; its queue is paused, so no document was tried (./pulse queue resume, ./pulse verify)';
  const outcome = allPassed ? passed : failure;
  return `${changes}; stack ${stack} is ${outcome} after ${seconds} s.`;
}
