import type { Settings } from '../../settings.ts';
import { backupImage } from '../../settings/backup-image.ts';
import { prefixOf } from '../../settings/names.ts';
import type { Release } from '../../settings/releases.ts';
import { captureLines, captureOutput, captureResult } from '../process.ts';
import type { Progress } from '../progress/steps.ts';

/** Builds that are kept although no release has them: of updates that failed. */
const keptBuilds = 3;

/**
 * Removes what earlier versions built: of the worker's image all but those of the releases, those
 * that a container uses and the newest 3; of the image of backups all but the present one and those
 * that a container uses.
 */
export async function pruneImages(
  { stack, postgres }: Pick<Settings, 'stack' | 'postgres'>,
  releases: readonly Release[],
  { note }: Progress,
): Promise<void> {
  const kept = new Set([
    ...(await captureLines('docker', ['ps', '--all', '--format', '{{.Image}}'])),
    ...releases.map(({ image }) => image),
    backupImage(postgres.image),
  ]);
  const builds = await listImages(`${prefixOf(stack)}_webhook-worker`);
  // All stacks of a host share them: a backup that runs elsewhere may just use one.
  const ofBackups = await listImages('pulse-backup');
  const old = [...builds.slice(keptBuilds), ...ofBackups].filter((one) => !kept.has(one));
  const removed: string[] = [];
  for (const image of old) {
    const { problem } = await captureResult('docker', ['image', 'rm', image]);
    if (problem === undefined) removed.push(image);
    else note(`${image} stays: ${problem}`);
  }
  if (removed.length > 0)
    note(`removed ${removed.join(', ')}; the images of ./pulse releases are kept`);
  await pruneStages();
}

/** @returns each name and tag, the newest first, as the engine lists them */
async function listImages(repository: string): Promise<string[]> {
  const format = '{{.Repository}}:{{.Tag}}';
  const found = await captureLines('docker', ['image', 'ls', repository, '--format', format]);
  return found.filter((reference) => !reference.endsWith(':<none>'));
}

/**
 * Removes the first stages of builds (worker/Dockerfile), which engines without BuildKit keep as
 * images without a name. Those of the last day stay, for the next build.
 */
async function pruneStages(): Promise<void> {
  const filters = ['--filter', 'label=pulse.build=worker', '--filter', 'until=24h'];
  await captureOutput('docker', ['image', 'prune', '--force', ...filters]);
}
