import {
  createReadStream,
  existsSync,
  openSync,
  readSync,
  closeSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';

import type { EndLine, FolderLine, LeftOutKind } from '../shared/folder-lines.ts';
import { CommandError } from '../toolchain/command-error.ts';
import { UsageError } from './errors.ts';
import { describeFault } from './files/entry-fault.ts';
import { anchorPattern, readPatterns } from './files/ignore-files.ts';
import { endingOf, kindOf, pageEndings } from './files/kinds.ts';
import { buildFileUrl, makeLabel, parseLabel } from './files/label.ts';
import { readPage } from './files/page.ts';
import { listPages } from './files/walk.ts';
import type { FaultyEntry } from './files/walk.ts';
import { quoteWord } from './quote.ts';

export interface PageOptions {
  /** The label that the user chose. */
  readonly as?: string | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly prune?: true | undefined;
  readonly stack: string;
}

/** What goes to the worker's `index`. */
export interface Documents {
  readonly input: Readable;
  /** That of a folder, whose lines are {@link FolderLine}s; undefined: JSON lines. */
  readonly label: string | undefined;
}

/**
 * Reads what is to be indexed: a folder of pages, one page, or a file of JSON records, which is
 * passed on as it is.
 *
 * @throws CommandError when there is nothing to read; UsageError for an option that does not fit
 */
export function readDocuments(path: string, options: PageOptions): Documents {
  try {
    return openDocuments(path, options);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${path} ${describeFault(error)}`, 'see its permissions: ls -ld', error);
  }
}

function openDocuments(path: string, options: PageOptions): Documents {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined)
    throw new CommandError(
      `${path} does not exist`,
      'give a folder of pages, a page, a file of JSON lines, or - for standard input',
    );
  if (kind.isDirectory()) return readFolder(path, options);
  if (kindOf(path) !== undefined) return readOnePage(path, options);
  requireRecords(path);
  requireNoFolderOptions(options);
  return { input: createReadStream(path), label: undefined };
}

/** @throws UsageError for options that records do not have */
export function requireNoFolderOptions({ as, exclude, prune }: PageOptions): void {
  if (as !== undefined || exclude !== undefined || prune === true)
    throw new UsageError(
      'JSON records have URLs of their own',
      'leave out --as, --exclude and --prune, which are for folders',
    );
}

function requireFolder({ exclude, prune }: PageOptions): void {
  if (exclude !== undefined || prune === true)
    throw new UsageError('--exclude and --prune are for a folder', 'give the folder');
}

function readFolder(path: string, options: PageOptions): Documents {
  const folder = realpathSync(path);
  const label = options.as === undefined ? makeLabel(folder) : parseLabel(options.as);
  const exclude = (options.exclude ?? []).map((pattern) => anchorPattern(pattern, folder));
  const { files, faults, leftOut } = listPages(folder, readPatterns(exclude));
  const kinds = leftOut.list();
  if (files.length === 0 && faults.length === 0)
    throw new CommandError(
      `${path} holds no Markdown file and no other page${formatLeftOut(kinds)}`,
      adviseWithoutPages(path, kinds),
    );
  // As it was typed: earlier versions did not follow a link to the folder.
  const name = basename(resolve(path));
  const earlier = name === '' ? null : `file:///${encodeURIComponent(name)}/`;
  const end = formatEnd(path, options, { leftOut: kinds, isWhole: true }, earlier);
  return { label, input: Readable.from(formatLines(folder, label, { files, faults, end })) };
}

/** Crawlee and others write a file for each record; a folder may as well hold any other JSON. */
function adviseWithoutPages(path: string, kinds: readonly LeftOutKind[]): string {
  const records = kinds.find(({ kind }) => recordEndings.has(kind) && kind !== '.gz');
  if (records === undefined) return `give a folder with pages in it or under it: ${pageEndings}`;
  const folder = dirname(join(path, records.paths[0] ?? ''));
  return `give records through a pipe: cat ${quoteWord(folder)}/*${records.kind} | ./pulse index -`;
}

function readOnePage(path: string, options: PageOptions): Documents {
  requireFolder(options);
  const folder = realpathSync(dirname(path));
  const label = options.as === undefined ? makeLabel(folder) : parseLabel(options.as);
  const name = basename(path);
  const earlier = `file:///${encodeURIComponent(name)}`;
  const end = formatEnd(path, options, { leftOut: [], isWhole: false }, earlier);
  return {
    label,
    input: Readable.from(formatLines(folder, label, { files: [name], faults: [], end })),
  };
}

function formatEnd(
  path: string,
  { as, exclude = [], stack }: PageOptions,
  what: Pick<EndLine['end'], 'leftOut' | 'isWhole'>,
  earlier: string | null,
): EndLine {
  const onStack = stack === 'dev' ? [] : ['--stack', stack];
  const chosen = as === undefined ? [] : ['--as', as];
  const excluded = exclude.flatMap((pattern) => ['--exclude', pattern]);
  const format = (...words: readonly string[]) =>
    ['./pulse', ...words, ...onStack].map(quoteWord).join(' ');
  return {
    end: {
      ...what,
      pruneCommand: format('index', path, ...chosen, ...excluded, '--prune'),
      earlier: earlier === null ? null : { url: earlier, deleteCommand: format('delete', earlier) },
    },
  };
}

interface Entries {
  readonly files: readonly string[];
  readonly faults: readonly FaultyEntry[];
  readonly end: EndLine;
}

function* formatLines(
  folder: string,
  label: string,
  { files, faults, end }: Entries,
): Generator<string> {
  for (const fault of faults) yield format({ ...fault, fileUrl: buildFileUrl(label, fault.path) });
  for (const path of files) yield readEntry(folder, label, path);
  yield format(end);
}

function readEntry(folder: string, label: string, path: string): string {
  const fileUrl = buildFileUrl(label, path);
  try {
    const line = format({ path, fileUrl, page: readPage(join(folder, path), fileUrl) });
    if (line.length <= maxLineChars) return line;
    return format({ path, fileUrl, problem: 'is larger than a document may be' });
  } catch (error) {
    return format({ path, fileUrl, problem: describeFault(error) });
  }
}

/** The worker takes lines of 32 MiB; a character is three bytes at most, and a document shorter. */
const maxLineChars = 11_000_000;

const format = (line: FolderLine): string => `${JSON.stringify(line)}\n`;

function formatLeftOut(kinds: readonly LeftOutKind[]): string {
  if (kinds.length === 0) return '';
  return `; left out: ${kinds.map(({ kind, count }) => `${count} ${kind}`).join(', ')}`;
}

/** Endings of what holds JSON, compressed or not. */
const recordEndings = new Set(['.json', '.jsonl', '.ndjson', '.jl', '.jsonlines', '.gz']);

/** @throws CommandError for a file whose name and first byte say that it is no JSON */
function requireRecords(path: string): void {
  if (recordEndings.has(endingOf(path)) || !existsSync(path) || !statSync(path).isFile()) return;
  const start = Buffer.alloc(64);
  const file = openSync(path, 'r');
  const length = readSync(file, start, 0, start.length, 0);
  closeSync(file);
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  const isText = /^[\s\0\u00ef\u00bb\u00bf\u00fe\u00ff]*[{[]/.test(
    start.toString('latin1', 0, length),
  );
  if (!isGzip && !isText)
    throw new CommandError(
      `${path} is neither a page nor a file of JSON records`,
      `pages end in ${pageEndings}; records are JSON lines, an array, or a crawler's answer`,
    );
}
