/** The keyword index's own thread: SQLite's calls block, and a search takes milliseconds. */
import { parentPort, workerData } from 'node:worker_threads';

import { toKeywordIndexError } from './faults.ts';
import { Highlighter } from './highlighter.ts';
import { KeywordIndex } from './keyword-index.ts';
import { openIndexFile, openIndexFileToRead, readInode, setAsideIndex } from './schema.ts';

const { folder, access } = workerData as ThreadSettings;
const openFile = access === 'read' ? openIndexFileToRead : openIndexFile;
let open: { readonly index: KeywordIndex; readonly inode: number | undefined } | undefined;

/**
 * Opens the index at the first call, again after an error, and again when another process has set
 * the file aside and created a new one.
 */
function openIndex(): KeywordIndex {
  if (open !== undefined && open.inode !== readInode(folder)) close();
  open ??= { index: new KeywordIndex(openFile(folder)), inode: readInode(folder) };
  return open.index;
}

function close(): void {
  open?.index.close();
  open = undefined;
}

let highlighter: Highlighter | undefined;

const operations = {
  open: () => {
    openIndex();
  },
  replace: (...given: Parameters<KeywordIndex['replace']>) => openIndex().replace(...given),
  remove: (...given: Parameters<KeywordIndex['remove']>) => openIndex().remove(...given),
  search: (...given: Parameters<KeywordIndex['search']>) => openIndex().search(...given),
  highlight: (query: string, texts: readonly string[]) =>
    (highlighter ??= new Highlighter()).highlight(openIndex().selectTerms(query), texts),
  countFacet: (...given: Parameters<KeywordIndex['countFacet']>) =>
    openIndex().countFacet(...given),
  countFacetsOf: (...given: Parameters<KeywordIndex['countFacetsOf']>) =>
    openIndex().countFacetsOf(...given),
  suggest: (...given: Parameters<KeywordIndex['suggest']>) => openIndex().suggest(...given),
  inventory: (...given: Parameters<KeywordIndex['inventory']>) => openIndex().inventory(...given),
  entries: (...given: Parameters<KeywordIndex['entries']>) => openIndex().entries(...given),
  problems: () => openIndex().problems(),
  progress: () => openIndex().progress(),
  endProgress: () => openIndex().endProgress(),
  startEmpty: () => {
    close();
    return setAsideIndex(folder, new Date());
  },
};

/** `read`: the index is searched and never changed, not even created. */
export type Access = 'read' | 'write';
export interface ThreadSettings {
  readonly folder: string;
  readonly access: Access;
}

export type Operations = typeof operations;
export interface Request {
  readonly id: number;
  readonly operation: keyof Operations;
  readonly given: readonly unknown[];
}
export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly fault?: { readonly code: string; readonly kind: string; readonly message: string };
}

parentPort?.on('message', ({ id, operation, given }: Request) => {
  let reply: Reply;
  try {
    reply = {
      id,
      result: (operations[operation] as (...given: readonly unknown[]) => unknown)(...given),
    };
  } catch (error) {
    const { code, kind, message } = toKeywordIndexError(error);
    // After any other error than a lock the connection may be unusable.
    if (code !== 'KEYWORDS_LOCKED') close();
    reply = { id, fault: { code, kind, message } };
  }
  parentPort?.postMessage(reply);
});
