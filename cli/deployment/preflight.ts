import { isOptional } from '../../healthchecks/optional-checks.ts';
import { formatReport } from '../../healthchecks/report-table.ts';
import type { Report } from '../../healthchecks/verify.ts';
import type { Settings } from '../../settings.ts';
import { listAbsentVariables, preflightEnvironment } from '../../settings/environment.ts';
import { describeUnknownInstruction } from '../../shared/model-instructions.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { containersOf, healthOf, healthyWorker, nameOf } from '../containers.ts';
import type { Container } from '../containers.ts';
import { formatEnvFlags } from '../in-worker.ts';
import { captureOutput } from '../process.ts';
import type { Progress } from '../progress/steps.ts';
import { hasImage } from '../releases/read.ts';
import type { StateResource } from '../state.ts';
import { checkHost } from './host/host.ts';

/**
 * Checks before anything is replaced that the host can take the stack, and that the stores and the
 * GPU host answer as they will be configured. A worker that serves is asked; on a first deployment
 * there is none, and nothing to lose.
 *
 * @param state what the last update left
 * @throws CommandError under `strict` when the GPU host, or a store whose container is healthy,
 *   does not answer
 */
export async function preflight(
  settings: Settings,
  state: readonly StateResource[],
  progress: Progress,
): Promise<void> {
  const { stack } = settings;
  const { held } = settings.workerImage;
  if (held !== undefined) await requireHeldImage(stack, held, progress);
  await checkHost(settings, state, progress);
  const leftOut = describeOllamaLeftOut(settings, state);
  if (leftOut !== undefined) progress.note(leftOut);
  const unknown = describeUnknownInstruction(
    settings.gpuHost.embeddingModel,
    settings.embeddings.documentInstruction,
  );
  if (unknown !== undefined) progress.note(unknown);
  const containers = await containersOf(stack);
  const worker = healthyWorker(containers);
  if (worker === undefined) return;
  progress.report(`asking ${nameOf(worker)} for the stores and the GPU host`);
  const report = await askWorker(nameOf(worker), settings, progress);
  if (report === undefined) return;
  const empty = describeNewCollection(report, settings);
  if (empty !== undefined) progress.note(empty);
  // A worker of before may still have the address of an Ollama.
  const asked = report.checks.filter(({ name }) => name !== 'ollama' || hasOllama(settings));
  const failed = findBlockingChecks({ ...report, checks: asked }, settings, containers);
  if (failed.length === 0) return progress.note('Postgres, Redis and the GPU host answer.');
  const shown = formatReport({ ...report, checks: failed });
  if (settings.verification.mode === 'warn')
    return progress.note(`going on, because verification is 'warn':\n${shown}`);
  throw new CommandError(
    `preflight, before anything was replaced:\n${shown}`,
    'repair that first, or go on without it: ' +
      `pulumi config set pulse:verification warn --stack ${stack}`,
  );
}

/** A release that was gone back to stays, whatever the sources are. */
async function requireHeldImage(stack: string, image: string, { note }: Progress): Promise<void> {
  const goForward = `pulumi config rm pulse:workerImage --stack ${stack}`;
  if (!(await hasImage(image)))
    throw new CommandError(
      `pulse:workerImage ${image} is not on this engine`,
      `${goForward} builds the image from the sources again`,
    );
  note(`The image is ${image}, and not of these sources: ./pulse rollback chose it; ${goForward}`);
}

type OfOllama = { readonly gpuHost: Pick<Settings['gpuHost'], 'mode' | 'ollama' | 'ollamaUrl'> };

function hasOllama({ gpuHost: { mode, ollama, ollamaUrl } }: OfOllama): boolean {
  return mode === 'embedded' ? ollama : ollamaUrl !== undefined;
}

/**
 * Says that the last update had an Ollama, which earlier versions had by default, and the next one
 * has none.
 */
export function describeOllamaLeftOut(
  settings: OfOllama,
  state: readonly StateResource[],
): string | undefined {
  const stack = state.find(({ type }) => type === 'pulumi:pulumi:Stack');
  const address = stack?.outputs?.gpuServices?.ollama;
  if (address === undefined || hasOllama(settings)) return undefined;
  return settings.gpuHost.mode === 'embedded'
    ? `${address} is removed, its volume stays; to keep it: pulumi config set pulse:ollama true`
    : `Ollama at ${address} is no longer checked; to go on: ` +
        `pulumi config set pulse:ollamaUrl '${address}'`;
}

/** Says that the next update has another collection, which its model, size or text names. */
export function describeNewCollection(
  { checks }: Report,
  { collection }: Pick<Settings, 'collection'>,
): string | undefined {
  if (!checks.some(({ code }) => code === 'QDRANT_COLLECTION')) return undefined;
  return (
    `collection ${collection} is new and starts empty: search by meaning finds only what is ` +
    'embedded from now on; run ./pulse audit --repair after this for all other documents'
  );
}

/**
 * Picks the failed checks that are a reason to stop: of services that are not the stack's own, and
 * of those whose container is healthy. A container that is missing or unhealthy is what `up`
 * repairs, and a new model's collection is made by its first worker.
 */
export function findBlockingChecks(
  { checks }: Report,
  { prefix, gpuHost }: Pick<Settings, 'prefix'> & { gpuHost: Pick<Settings['gpuHost'], 'mode'> },
  containers: readonly Container[],
): Report['checks'] {
  const healthy = new Set(
    containers.filter((container) => healthOf(container) === 'healthy').map(nameOf),
  );
  const own = [
    'postgres',
    'redis',
    ...(gpuHost.mode === 'embedded' ? ['tei', 'qdrant', 'ollama'] : []),
  ];
  const isRepaired = (name: string): boolean =>
    own.includes(name) && !healthy.has(`${prefix}_${name}`);
  return checks.filter(
    ({ ok, name, code }) =>
      !ok &&
      name !== 'workers' &&
      !isOptional(name) &&
      code !== 'QDRANT_COLLECTION' &&
      !isRepaired(name),
  );
}

/**
 * Asks for the new addresses and the new model from where they will be used.
 *
 * @returns `undefined` when the worker is too old to be asked
 */
async function askWorker(
  worker: string,
  settings: Settings,
  { note }: Progress,
): Promise<Report | undefined> {
  const env = preflightEnvironment(settings);
  try {
    return JSON.parse(
      await captureOutput(
        'docker',
        [
          'exec',
          ...formatEnvFlags(env),
          worker,
          'env',
          ...listAbsentVariables(settings).flatMap((name) => ['-u', name]),
          'node',
          'worker/cli.ts',
          'verify',
          '--report',
          '--no-canary',
        ],
        { env },
      ),
    ) as Report;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    note(`${worker} cannot be asked, going on: ${reason}`);
    return undefined;
  }
}
