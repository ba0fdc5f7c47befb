import { prefixOf } from '../../settings/names.ts';
import { containersOf } from '../containers.ts';
import { captureLines, captureOutput } from '../process.ts';
import type { Progress } from '../progress/steps.ts';

/** The running one, and two to go back to. */
const kept = 3;

/** Removes old builds of the worker. The newest 3 stay, and those that a container uses. */
export async function pruneWorkerImages(stack: string, { note }: Progress): Promise<void> {
  const repository = `${prefixOf(stack)}_webhook-worker`;
  const used = new Set((await containersOf(stack)).map(({ Config }) => Config.Image));
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
    note(`removed ${old.length} old worker ${images}; the last ${kept} are kept`);
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
