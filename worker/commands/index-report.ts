import type { LeftOutKind } from '../../shared/folder-lines.ts';
import { formatPlace, joinRejected } from './entries.ts';
import type { Rejected } from './entries.ts';
import type { FolderDocuments } from './folder-documents.ts';
import { expectedJson, notJson } from './read-records.ts';
import type { Replaced } from './store-entries.ts';

const maxReplaced = 10;

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
export function formatReplaced(replaced: readonly Replaced[]): string[] {
  if (replaced.length === 0) return [];
  const shown = replaced.slice(0, maxReplaced).map(({ url, by }) => `  ${url}: by ${by}`);
  const more = replaced.length - shown.length;
  return [
    `${replaced.length} of these replaced another one of the same URL:`,
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** What a folder holds besides, and what to do about it. */
export function formatFolder({ label, leftOut, gone, earlier }: FolderDocuments): string[] {
  return [
    ...formatLeftOut(leftOut),
    ...formatGone(gone),
    ...formatEarlier(earlier),
    ...(label === null ? [] : [`Search or delete these documents with --domain ${label}`]),
  ];
}

function formatLeftOut(leftOut: readonly LeftOutKind[]): string[] {
  if (leftOut.length === 0) return [];
  const total = leftOut.reduce((sum, { count }) => sum + count, 0);
  return [
    `${total} left out:`,
    ...leftOut.map(({ kind, count, paths }) => {
      const more = count > paths.length && !paths.every((path) => path.endsWith('/'));
      return `  ${count} ${kind}: ${paths.join(', ')}${more ? ', …' : ''}`;
    }),
  ];
}

function formatGone({ count, deleted, urls, command }: FolderDocuments['gone']): string[] {
  if (count === 0) return [];
  if (deleted) return [`${count} deleted, whose files are gone`];
  return [`${count} are indexed whose files are gone, such as ${urls[0]}; delete them: ${command}`];
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
