import type { LeftOutKind } from '../../shared/folder-lines.ts';
import { formatPlace, joinRejected } from './entries.ts';
import type { Rejected } from './entries.ts';
import type { FolderDocuments } from './folder-documents.ts';
import { expectedJson, notJson } from './read-records.ts';
import type { Stored } from './store-entries.ts';

/** Kinds of which paths are told; of the others the kind and the number. */
const maxKinds = 12;

/** A line for each that was rejected; lines that follow each other with one problem are one. */
export function formatRejected(rejected: readonly Rejected[]): string[] {
  const joined: Rejected[] = [];
  for (const one of rejected) {
    const both = joinRejected(joined.at(-1), one);
    if (both === undefined) joined.push(one);
    else joined[joined.length - 1] = both;
  }
  const lines = joined.map((one) => `  ${formatPlace(one)}: ${one.problem}`);
  const isForeign = rejected.some(({ problem }) => problem.startsWith(notJson));
  return isForeign ? [...lines, `  expected: ${expectedJson}`] : lines;
}

/** Pages of which another one of the same URL came later. */
export function formatReplaced({ count, first }: Stored['replaced']): string[] {
  if (count === 0) return [];
  return [
    `${count} of these replaced another one of the same URL:`,
    ...first.map(({ url, by }) => `  ${url}: by ${by}`),
    ...(count > first.length ? [`  and ${count - first.length} more`] : []),
  ];
}

/** What a folder holds besides, and what to do about it. */
export function formatFolder({ label, leftOut, gone, earlier }: FolderDocuments): string[] {
  return [
    ...formatLeftOut(leftOut),
    ...formatGone(gone, leftOut),
    ...formatEarlier(earlier),
    ...(label === null ? [] : [`Search or delete these documents with --domain ${label}`]),
  ];
}

function formatLeftOut(leftOut: readonly LeftOutKind[]): string[] {
  if (leftOut.length === 0) return [];
  const rest = leftOut.slice(maxKinds);
  return [
    `${sumOf(leftOut)} left out:`,
    ...leftOut.slice(0, maxKinds).map(({ kind, count, paths }) => {
      const isMore = count > paths.length && !paths.every((path) => path.endsWith('/'));
      return `  ${count} ${kind}: ${paths.join(', ')}${isMore ? ', …' : ''}`;
    }),
    ...(rest.length === 0
      ? []
      : [`  of other kinds: ${rest.map(({ kind, count }) => `${count} ${kind}`).join(', ')}`]),
  ];
}

const sumOf = (kinds: readonly LeftOutKind[]): number =>
  kinds.reduce((sum, { count }) => sum + count, 0);

/** Files of these kinds have the ending of a page, so that an earlier call may have taken them. */
const pageKinds = /^(?:hidden$|by |in |linked )/;

function formatGone(gone: FolderDocuments['gone'], leftOut: readonly LeftOutKind[]): string[] {
  const { count, withFile, deleted, urls, command } = gone;
  if (count === 0) return [];
  const whose = [
    'files are gone',
    ...(leftOut.some(({ kind }) => pageKinds.test(kind)) ? ['left out'] : []),
    ...(withFile === undefined ? [] : ['have another URL now']),
  ].join(' or ');
  if (deleted) return [`${count} deleted, whose ${whose}`];
  return [`${count} are indexed whose ${whose}, such as ${urls[0]}; delete them: ${command}`];
}

function formatEarlier(earlier: FolderDocuments['earlier']): string[] {
  if (earlier === null) return [];
  const { count, url, withoutFile, command } = earlier;
  const others =
    withoutFile === 0
      ? ''
      : `; ${withoutFile} of them have no file here: they may be of another folder of that name`;
  return [
    `${count} are still indexed under the names of an earlier version, ${url}${others}. ` +
      `Delete them: ${command}`,
  ];
}
