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
  if (old.length === 0) return;
  await captureOutput('docker', ['image', 'rm', ...old]);
  const images = old.length === 1 ? 'image' : 'images';
  note(`removed ${old.length} old worker ${images}; the last ${kept} are kept`);
}
