/** The keyword index's own thread: SQLite's calls block, and a search takes milliseconds. */
import { parentPort, workerData } from 'node:worker_threads';

import type { QueryTerm } from '../text/query.ts';
import { toKeywordIndexError } from './faults.ts';
import { Highlighter } from './highlighter.ts';
import { IndexFiles } from './index-files.ts';
import type { Access } from './index-files.ts';
import type { KeywordIndex } from './keyword-index.ts';
import { checkSpace } from './space.ts';

const { folder, access } = workerData as ThreadSettings;
const files = new IndexFiles(folder, access);

/** A damaged older file holds up no document. */
function writeOlder(write: (older: KeywordIndex) => void): void {
  const older = files.older();
  if (older === undefined) return;
  try {
    write(older);
  } catch (error) {
    const fault = toKeywordIndexError(error);
    if (fault.code === 'KEYWORDS_LOCKED' || fault.code === 'KEYWORDS_FULL') throw fault;
  }
}

let highlighter: Highlighter | undefined;

/** A search by meaning needs no index: its words are marked as they are where none can be asked. */
function chooseTerms(words: readonly QueryTerm[]): readonly QueryTerm[] {
  try {
    return files.searched().chooseTerms(words);
  } catch {
    return words;
  }
}

const operations = {
  open: () => {
    if (access === 'read') files.searched();
    else files.newest();
  },
  /** What a rebuild writes (`progress`) the older file has already. */
  replace: (...given: Parameters<KeywordIndex['replace']>) => {
    files.newest().replace(...given);
    if (given[1] === undefined) writeOlder((older) => older.replace(given[0]));
  },
  remove: (...given: Parameters<KeywordIndex['remove']>) => {
    files.newest().remove(...given);
    writeOlder((older) => older.remove(...given));
  },
  merge: () => files.newest().merge(),
  search: (...given: Parameters<KeywordIndex['search']>) => files.searched().search(...given),
  highlight: (query: string, texts: readonly string[]) =>
    (highlighter ??= new Highlighter()).highlight(query, texts, chooseTerms),
  countFacets: (...given: Parameters<KeywordIndex['countFacets']>) =>
    files.searched().countFacets(...given),
  countFacetsOf: (...given: Parameters<KeywordIndex['countFacetsOf']>) =>
    files.searched().countFacetsOf(...given),
  suggest: (...given: Parameters<KeywordIndex['suggest']>) => files.searched().suggest(...given),
  inventory: (...given: Parameters<KeywordIndex['inventory']>) =>
    files.searched().inventory(...given),
  entries: (...given: Parameters<KeywordIndex['entries']>) => files.searched().entries(...given),
  problems: () => files.newest().problems(),
  progress: () => files.newest().progress(),
  endProgress: () => files.newest().endProgress(new Date()),
  state: () => files.state(),
  checkSpace: () => checkSpace(folder),
  retireOlder: () => files.retireOlder(new Date()),
  startEmpty: () => files.startEmpty(new Date()),
};

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
    if (code !== 'KEYWORDS_LOCKED') files.close();
    reply = { id, fault: { code, kind, message } };
  }
  parentPort?.postMessage(reply);
});
