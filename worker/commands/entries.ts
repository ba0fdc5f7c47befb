/** Where something stood in the input. */
export type Place =
  | {
      /** From 1. */
      readonly line: number;
      /** Where a line or an array holds several, from 1. */
      readonly record?: number;
      /** Of a run of lines with one problem, from `line` on. */
      readonly lastLine?: number;
    }
  /** Within a folder. */
  | { readonly path: string };

/** Something of the input that is to become a document, or the reason why it does not. */
export type Entry =
  | { readonly place: Place; readonly value: unknown; readonly isLarge: boolean }
  | { readonly place: Place; readonly problem: string };

export type Rejected = Place & { readonly problem: string };

/** The longest document that is accepted, in a script of three bytes a character. */
export const maxValueBytes = 32 * 1024 * 1024;
/** A longer one is stored while no other is: see `handleInFlight`. */
export const largeBytes = 1_000_000;

export const tooLong = `longer than ${maxValueBytes / 1024 / 1024} MiB`;

export function formatPlace(place: Place): string {
  if ('path' in place) return place.path;
  const { line, record, lastLine } = place;
  if (lastLine !== undefined) return `lines ${line} to ${lastLine}`;
  return record === undefined ? `line ${line}` : `line ${line}, record ${record}`;
}

/** How many of the input it stands for. */
export function countRejected(rejected: readonly Rejected[]): number {
  return rejected.reduce((sum, one) => sum + countLines(one), 0);
}

function countLines(place: Place): number {
  return 'line' in place ? (place.lastLine ?? place.line) - place.line + 1 : 1;
}

/** @returns the one that stands for both, when the second follows the first with its problem */
export function joinRejected(one: Rejected | undefined, next: Rejected): Rejected | undefined {
  if (one === undefined || !('line' in one) || !('line' in next)) return undefined;
  const isSame = one.problem === next.problem && one.record === undefined;
  if (!isSame || next.record !== undefined) return undefined;
  const { line, problem, lastLine = line } = one;
  return next.line === lastLine + 1
    ? { line, lastLine: next.lastLine ?? next.line, problem }
    : undefined;
}
