/**
 * What a machine needs before a stack can be deployed, and the methods to install it. `./pulse up`
 * installs what is missing; `./pulse doctor` prints where each tool came from.
 */

/**
 * Where a tool came from:
 *
 * - `system`: it was there before Pulse;
 * - `official`: downloaded from its makers;
 * - `built`: made on this machine from source packages.
 */
export type Origin = 'system' | 'official' | 'built';

/** A tool that is present on this machine. */
export interface Found {
  readonly origin: Origin;
  readonly version: string;
  /** Path, image reference or address, for a person to look at. */
  readonly where: string;
}

export interface InstallMethod {
  readonly origin: Exclude<Origin, 'system'>;
  /** False for a method that has never been used; `./pulse doctor` says so. */
  readonly isTried: boolean;
  /**
   * Says within seconds why this machine cannot use the method.
   *
   * @returns The reason as half a sentence for a person, or undefined.
   */
  readonly findObstacle: () => Promise<string | undefined>;
  /**
   * Installs the tool and reports a short line for each thing it begins.
   *
   * @throws CommandError When it cannot go on.
   */
  readonly install: (report: Report) => Promise<void>;
}

/** Shows a person one line of progress. */
export type Report = (line: string) => void;

export interface Tool {
  readonly name: string;
  /** What it is for, half a sentence. */
  readonly purpose: string;
  readonly find: () => Promise<Found | undefined>;
  /** Tried in this order; the first without an obstacle is used. */
  readonly methods: readonly InstallMethod[];
  /** What to install by hand where no method can be used. */
  readonly byHand: string;
}
