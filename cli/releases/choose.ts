import { isSameRelease, startFormat } from '../../settings/releases.ts';
import type { Release } from '../../settings/releases.ts';
import { findUnreadable } from '../../settings/schema.ts';
import type { Migration } from '../../settings/schema.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { UsageError } from '../errors.ts';

/** How a stack is now. */
export interface Present {
  /** The image of the last update that succeeded. */
  readonly image: string | undefined;
  /** Settings as they are configured, in the form of a release's. */
  readonly settings: Release['settings'];
  /** Whether the last update failed: what runs is then part of one and part of another. */
  readonly isFailed: boolean;
}

/**
 * Chooses the release to go back to: the numbered one, else the newest one that is not what runs.
 *
 * @param number as `./pulse releases` counts, the newest is 1
 * @throws UsageError when there is none of this number
 * @throws CommandError when there is none to go back to
 */
export function chooseRelease(
  releases: readonly Release[],
  present: Present,
  number?: string,
): Release {
  if (number !== undefined) return numbered(releases, number);
  const { image = '', settings, isFailed } = present;
  const chosen = releases.find((one) => isFailed || !isSameRelease(one, { image, settings }));
  if (chosen !== undefined) return chosen;
  throw new CommandError(
    'there is no release to go back to',
    './pulse releases lists them; one is kept after each update that was verified',
  );
}

function numbered(releases: readonly Release[], number: string): Release {
  const chosen = /^[1-9]\d*$/.test(number) ? releases[Number(number) - 1] : undefined;
  if (chosen !== undefined) return chosen;
  throw new UsageError(
    `there is no release ${number}; there are ${releases.length}`,
    './pulse releases lists them with their numbers',
  );
}

/**
 * Refuses a release whose image would not start: with the commands of this tree, or on the schema
 * that its migrations made.
 *
 * @param isOnHost whether the engine has its image
 * @throws CommandError with every reason
 */
export function refuseUnusable(
  { image, commit, schema, startFormat: format }: Release,
  isOnHost: boolean,
  migrations?: readonly Migration[],
): void {
  const unreadable = schema === null ? [] : findUnreadable(schema, migrations);
  const reasons = [
    ...(isOnHost ? [] : [`its image ${image} is not on this engine any more`]),
    ...(format === startFormat ? [] : ['this version of Pulse starts images in another way']),
    ...(unreadable.length === 0
      ? []
      : [`its worker cannot work with the schema since ${unreadable.join(', ')}`]),
  ];
  if (reasons.length === 0) return;
  const sources =
    commit === null
      ? 'check out the sources it was made of'
      : `git checkout ${commit.replace(/-dirty$/, '')}`;
  throw new CommandError(
    `cannot go back to this release: ${reasons.join('; ')}`,
    unreadable.length === 0
      ? `${sources}, then ./pulse up`
      : 'no worker of before works with a newer schema: only a backup of the database from ' +
          'before it does (./pulse explain POSTGRES_SCHEMA)',
  );
}

/** What differs between two sets of settings, one line each. */
export function describeSettings(
  now: Release['settings'],
  then: Release['settings'],
): { readonly lines: string[]; readonly removed: string[] } {
  const keys = [...new Set([...Object.keys(now), ...Object.keys(then)])].toSorted();
  const changed = keys.filter((key) => now[key] !== then[key]);
  return {
    lines: changed.map(
      (key) => `pulse:${key}: ${now[key] ?? 'the default'} -> ${then[key] ?? 'the default'}`,
    ),
    removed: changed.filter((key) => then[key] === undefined),
  };
}
