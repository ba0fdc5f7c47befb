/**
 * The keyword index's own thread: SQLite's calls block, and reading a word's passages takes
 * milliseconds.
 */
import { parentPort, workerData } from 'node:worker_threads';

import { toKeywordIndexError } from './faults.ts';
import { KeywordIndex } from './keyword-index.ts';
import { readInode, openIndexFile, setAsideIndex } from './schema.ts';

const { folder } = workerData as { folder: string };
let open: { readonly index: KeywordIndex; readonly inode: number | undefined } | undefined;

/**
 * Opened when first asked for, and again when it broke, or another process has put the file aside
 * and made a new one.
 */
function current(): KeywordIndex {
  if (open !== undefined && open.inode !== readInode(folder)) close();
  open ??= { index: new KeywordIndex(openIndexFile(folder)), inode: readInode(folder) };
  return open.index;
}

function close(): void {
  open?.index.close();
  open = undefined;
}

const operations = {
  open: () => {
    current();
  },
  replace: (...given: Parameters<KeywordIndex['replace']>) => current().replace(...given),
  remove: (...given: Parameters<KeywordIndex['remove']>) => current().remove(...given),
  search: (...given: Parameters<KeywordIndex['search']>) => current().search(...given),
  inventory: (...given: Parameters<KeywordIndex['inventory']>) => current().inventory(...given),
  entries: (...given: Parameters<KeywordIndex['entries']>) => current().entries(...given),
  problems: () => current().problems(),
  progress: () => current().progress(),
  endProgress: () => current().endProgress(),
  startAnew: () => {
    close();
    return setAsideIndex(folder, new Date());
  },
};

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
    // A lock passes; after anything else the connection may be of no more use.
    if (code !== 'KEYWORDS_LOCKED') close();
    reply = { id, fault: { code, kind, message } };
  }
  parentPort?.postMessage(reply);
});
