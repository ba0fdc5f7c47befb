import { formatReport } from '../../healthchecks/report-table.ts';
import type { Report } from '../../healthchecks/verify.ts';
import type { Settings } from '../../settings.ts';
import { workerEnvironment } from '../../settings/environment.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { say } from '../command.ts';
import { containersOf, healthOf, healthyWorker, nameOf } from '../containers.ts';
import { byName } from '../in-worker.ts';
import { captureOutput } from '../process.ts';
import { checkHost } from './host/host.ts';

/**
 * Before anything is replaced: are the settings whole, and do the stores and the GPU host answer as
 * they will be configured? Asked from a serving worker; on a first deployment nobody is there to
 * ask, and nothing to lose.
 *
 * @throws CommandError under `strict` when the GPU host, or a store whose container is healthy,
 *   does not answer
 */
export async function preflight(settings: Settings): Promise<void> {
  const { stack } = settings;
  await checkHost(settings);
  const containers = await containersOf(stack);
  const worker = healthyWorker(containers);
  if (worker === undefined) return;
  const report = await ask(nameOf(worker), settings);
  if (report === undefined) return;
  // A container that is not well is what `up` repairs: only what ought to answer and does not is a reason to stop.
  const broken = new Set(
    containers
      .filter((container) => healthOf(container) !== 'healthy')
      .map((container) => nameOf(container).slice(settings.prefix.length + 1)),
  );
  // A new model's collection is made by its first worker.
  const failed = report.checks.filter(
    ({ ok, name, code }) =>
      !ok && name !== 'workers' && code !== 'QDRANT_COLLECTION' && !broken.has(name),
  );
  if (failed.length === 0) return say('preflight: Postgres, Redis and the GPU host answer.');
  const shown = formatReport({ ...report, checks: failed });
  if (settings.verification === 'warn')
    return say(`preflight, and going on because verification is 'warn':\n${shown}`);
  throw new CommandError(
    `preflight, before anything was replaced:\n${shown}`,
    `repair that first, or go on without it: pulumi config set pulse:verification warn --stack ${stack}`,
  );
}

/**
 * The new addresses and the new model, asked from where they will be used; undefined when the
 * worker that serves is too old to be asked.
 */
async function ask(worker: string, settings: Settings): Promise<Report | undefined> {
  const env = settings.gpuHost === 'external' ? workerEnvironment(settings) : {};
  try {
    return JSON.parse(
      await captureOutput(
        'docker',
        [
          'exec',
          ...byName(env),
          worker,
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
    say(
      `preflight: ${worker} cannot be asked, going on: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}
