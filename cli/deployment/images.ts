import type { Settings } from '../../settings.ts';
import { backupImage } from '../../settings/backup-image.ts';
import { prefixOf } from '../../settings/names.ts';
import type { Release } from '../../settings/releases.ts';
import { captureLines, captureResult } from '../process.ts';
import type { Progress } from '../progress/steps.ts';

/** Builds that are kept although no release has them: of updates that failed. */
const keptBuilds = 3;
const dayMs = 24 * 3_600_000;

/**
 * Removes what earlier versions built: of the worker's image all but those of the releases, those
 * that a container uses and the newest 3; of the image of backups, which all stacks of a host
 * share, all but the present one, those that a container uses and those of the last day. What
 * cannot be removed is said, and stays until the next update.
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
  const unused = (image: string): boolean => !kept.has(image);
  const ofBackups = (await listImages('pulse-backup')).filter(unused);
  const old = [...builds.slice(keptBuilds).filter(unused), ...(await listOlder(ofBackups, dayMs))];
  const removed: string[] = [];
  for (const image of old) {
    const { problem } = await captureResult('docker', ['image', 'rm', image]);
    if (problem === undefined) removed.push(image);
    else note(`${image} stays: ${problem}`);
  }
  if (removed.length > 0)
    note(`removed ${removed.join(', ')}; the images of ./pulse releases are kept`);
  await pruneStages(note);
}

/** @returns those that were made longer ago: a younger one may be for an update that runs now */
async function listOlder(images: readonly string[], ageMs: number): Promise<string[]> {
  const made = await Promise.all(
    images.map((image) =>
      captureResult('docker', ['image', 'inspect', '--format', '{{.Created}}', image]),
    ),
  );
  return images.filter((_, index) => {
    const { stdout = '', problem } = made[index] ?? {};
    return problem === undefined && Date.now() - Date.parse(stdout.trim()) > ageMs;
  });
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
async function pruneStages(note: Progress['note']): Promise<void> {
  const filters = ['--filter', 'label=pulse.build=worker', '--filter', 'until=24h'];
  // The engine does one at a time, and refuses while another one runs.
  const { problem } = await captureResult('docker', ['image', 'prune', '--force', ...filters]);
  if (problem !== undefined) note(`first stages of builds stay: ${problem}`);
}
