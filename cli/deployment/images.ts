import { prefixOf } from '../../settings/names.ts';
import type { Release } from '../../settings/releases.ts';
import { containersOf } from '../containers.ts';
import { captureLines, captureOutput } from '../process.ts';
import type { Progress } from '../progress/steps.ts';

/** Builds that are kept although no release has them: of updates that failed. */
const kept = 3;

/**
 * Removes old builds of the worker. Those of the releases stay, those that a container uses, and
 * the newest 3.
 */
export async function pruneWorkerImages(
  stack: string,
  releases: readonly Release[],
  { note }: Progress,
): Promise<void> {
  const repository = `${prefixOf(stack)}_webhook-worker`;
  const used = new Set([
    ...(await containersOf(stack)).map(({ Config }) => Config.Image),
    ...releases.map(({ image }) => image),
  ]);
  // The engine lists the newest first.
  const builds = await captureLines('docker', [
    'image',
    'ls',
    repository,
    '--format',
    '{{.Repository}}:{{.Tag}}',
  ]);
  const old = builds
    .filter((reference) => !reference.endsWith(':<none>'))
    .slice(kept)
    .filter((reference) => !used.has(reference));
  if (old.length > 0) {
    await captureOutput('docker', ['image', 'rm', ...old]);
    const images = old.length === 1 ? 'image' : 'images';
    note(`removed ${old.length} old worker ${images}; those of ./pulse releases are kept`);
  }
  await pruneStages();
}

/**
 * Removes the first stages of builds (worker/Dockerfile), which engines without BuildKit keep as
 * images without a name. Those of the last day stay, for the next build.
 */
async function pruneStages(): Promise<void> {
  const filters = ['--filter', 'label=pulse.build=worker', '--filter', 'until=24h'];
  await captureOutput('docker', ['image', 'prune', '--force', ...filters]);
}
