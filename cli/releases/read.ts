import { releaseSettings } from '../../settings/releases.ts';
import type { Release } from '../../settings/releases.ts';
import { captureJson, captureResult } from '../process.ts';
import { readOutputs } from '../state.ts';
import type { Present } from './choose.ts';

/** Reads the releases of a stack, and how it is now. */
export async function readReleases(
  stack: string,
): Promise<{ readonly releases: readonly Release[]; readonly present: Present }> {
  const [{ releases = [], image }, settings, isFailed] = await Promise.all([
    readOutputs(stack),
    readReleaseSettings(stack),
    hasFailed(stack),
  ]);
  return { releases, present: { image, settings, isFailed } };
}

async function readReleaseSettings(stack: string): Promise<Release['settings']> {
  const configured = await captureJson<Record<string, { value?: string; secret?: boolean }>>(
    'pulumi',
    ['config', '--json', '--stack', stack],
  );
  const own = Object.entries(configured)
    .filter(([key]) => key.startsWith('pulse:'))
    .map(([key, one]) => [key.slice('pulse:'.length), one] as const);
  return releaseSettings(
    Object.fromEntries(own.map(([key, { value = '' }]) => [key, value])),
    own.filter(([, { secret }]) => secret === true).map(([key]) => key),
  );
}

/** Whether the last update of the stack failed. */
async function hasFailed(stack: string): Promise<boolean> {
  const args = ['stack', 'history', '--json', '--page-size', '1', '--stack', stack];
  const [last] = await captureJson<{ result?: string }[] | null>('pulumi', args).then(
    (found) => found ?? [],
  );
  return last?.result === 'failed';
}

/** @returns whether the engine has this image */
export async function hasImage(image: string): Promise<boolean> {
  return (await captureResult('docker', ['image', 'inspect', image])).exitCode === 0;
}
