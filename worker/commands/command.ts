import { InvalidArgumentError } from 'commander';

import { formatTable } from '../../shared/table.ts';
import type { Services } from '../services.ts';

/** Wrong use: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageFault';
}

export interface Output {
  readonly json?: true;
}

/** What a command answers: for scripts as it is, for people as text. */
export interface Answer {
  readonly value: unknown;
  readonly text: string;
  /** False is exit code 1. */
  readonly ok?: boolean;
}

/** Opens the services for a command, prints its answer and sets the exit code. */
export type Run = (work: (services: Services) => Promise<Answer>, output: Output) => Promise<void>;

export function answerRows(
  value: readonly object[],
  none: string,
  shown: (row: never) => object = (row) => row,
): Answer {
  return { value, text: value.length === 0 ? none : formatTable((value as never[]).map(shown)) };
}

export function parseWholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('a whole number of at least 1');
  return Number(text);
}

/** `75` -> `1 min`. */
export function formatAge(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400
    ? `${Math.floor(seconds / 3_600)} h`
    : `${Math.floor(seconds / 86_400)} d`;
}
