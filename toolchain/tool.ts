/**
 * What a machine needs before a stack can come up, and the ways to get it. `./pulse up` walks a
 * list of these; `./pulse doctor` prints how each one came.
 */

/** How a part is present on this machine. */
export interface Found {
  /**
   * `system`: it was there before Pulse; `official`: downloaded from its makers; `built`: made here
   * from source packages.
   */
  readonly way: 'system' | 'official' | 'built';
  readonly version: string;
  /** Path, image reference or address: where a person would look for it. */
  readonly where: string;
}

/**
 * One way to bring a tool. `install` reports a short line for each thing it begins and throws a
 * `CommandError` when it cannot go on.
 */
export interface Way {
  readonly way: 'official' | 'built';
  /** False for a way that nobody has walked yet; `./pulse doctor` says so. */
  readonly tried: boolean;
  /**
   * A reason in a person's words when this machine cannot go this way, else undefined. Answers
   * within seconds.
   */
  readonly obstacle: () => Promise<string | undefined>;
  readonly install: (report: (line: string) => void) => Promise<void>;
}

export interface Tool {
  readonly name: string;
  /** What it is for, half a sentence. */
  readonly purpose: string;
  readonly find: () => Promise<Found | undefined>;
  /** Tried in this order; the first without an obstacle is taken. */
  readonly ways: readonly Way[];
  /** What to install by hand where no way is open. */
  readonly byHand: string;
}

export { CommandError as ToolFault } from './command-error.ts';
