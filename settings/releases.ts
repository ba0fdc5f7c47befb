import { settingRows } from '../settings.ts';

/** How many releases the output keeps; their images stay on the host. */
export const keptReleases = 10;

/**
 * What the program gives an image to start it: commands, mounts, variables. Raise it with a change
 * after which an image of before would not start; `./pulse rollback` then refuses such an image.
 */
export const startFormat = 1;

/** What was deployed and verified, so that it can be deployed again. */
export interface Release {
  /** Of the worker and the API, `repository:tag`. */
  readonly image: string;
  /** As `git describe` says it; null without git. */
  readonly commit: string | null;
  /** The last migration that its worker knows; null where that is not known. */
  readonly schema: string | null;
  readonly startFormat: number;
  /** Settings that are no secrets and differ from their defaults. */
  readonly settings: Readonly<Record<string, string>>;
  readonly verifiedAt: string;
}

/**
 * Settings that going back leaves as they are: where data lie, what opens them, and what would be
 * an outage.
 */
export const neverTakenBack: readonly string[] = [
  'subnet',
  'gateway',
  'network',
  'allowOutage',
  'allowEngine',
  'appdataBase',
  'storeFolders',
  'protectData',
  'postgresImage',
  'redisImage',
  'qdrantImage',
];

/**
 * Picks the settings of a release: no secret, no text of a file, nothing that is never taken back,
 * and no default, which may be another one in the next version.
 *
 * @param texts of the stack's configuration, by key
 * @param secrets keys that are stored as secrets, whatever their kind
 */
export function releaseSettings(
  texts: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Record<string, string> {
  const rows = Object.values(settingRows).filter(
    ({ key, kind }) =>
      !kind.isSecret &&
      !kind.isFile &&
      key !== 'workerImage' &&
      !secrets.includes(key) &&
      !neverTakenBack.includes(key),
  );
  return Object.fromEntries(
    rows.flatMap(({ key, default: fallback }) => {
      const text = texts[key];
      return text === undefined || text === fallback ? [] : [[key, text]];
    }),
  );
}

/**
 * Adds what was verified to the releases of before, the newest first. The same image with the same
 * settings is the same release, and moves to the front.
 */
export function addRelease(before: readonly Release[], verified: Release): Release[] {
  const [newest, ...older] = before;
  if (newest !== undefined && isSameRelease(newest, verified)) return [newest, ...older];
  const others = before.filter((one) => !isSameRelease(one, verified));
  return [verified, ...others].slice(0, keptReleases);
}

type Identity = Pick<Release, 'image' | 'settings'>;

/** @returns whether both are the same image with the same settings */
export function isSameRelease(one: Identity, other: Identity): boolean {
  const format = ({ image, settings }: Identity): string =>
    JSON.stringify([image, Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
  return format(one) === format(other);
}
