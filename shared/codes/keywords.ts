import type { Explanation } from './explanation.ts';

export const keywords = {
  KEYWORDS_LOCKED: {
    meaning:
      "Another process has held the keyword index's write lock for longer than any write " +
      'takes: it is stopped, or stuck.',
    tried: 'wait for the lock until the job was cancelled',
    check:
      'a paused or frozen worker container (./pulse status; docker unpause), or a disk that ' +
      'does not answer',
  },
  KEYWORDS_FULL: {
    meaning:
      'The volume of the keyword index is full; nothing was written, and what is in the index ' +
      'stays searchable.',
    tried: "write a document's keywords into the keyword index",
    check:
      'free space on the bm25 volume (./pulse status shows its size; files named unusable are ' +
      'old and may be deleted); documents wait and go on by themselves',
  },
  KEYWORDS_CORRUPT: {
    meaning: 'The file of the keyword index is damaged, or is not a SQLite file.',
    tried: 'read or write the keyword index',
    check:
      './pulse keywords check says what is wrong, ./pulse keywords rebuild builds it again ' +
      'from Postgres; documents wait meanwhile, and nothing is lost',
  },
  KEYWORDS_SCHEMA: {
    meaning: 'The keyword index was written by a newer Pulse than this worker.',
    tried: 'open the keyword index',
    check:
      'finish the update, so that all workers have the newer version; to go back for good: ' +
      './pulse keywords rebuild with the older one',
  },
  KEYWORDS_OUTDATED: {
    meaning:
      'The keyword index was written by an older Pulse; a worker builds it again from ' +
      'Postgres when it starts.',
    tried: 'open the keyword index',
    check: 'wait until the rebuild is done (./pulse logs), or run ./pulse keywords rebuild',
  },
  KEYWORDS_NETWORK: {
    meaning:
      "The keyword index lies on a network file system, where SQLite's locks do not hold and " +
      'writes of several workers would destroy it.',
    tried: 'look at the file system of WEBHOOK_KEYWORD_DIR',
    check: 'put the bm25 volume on a local disk of the Docker host, then ./pulse keywords rebuild',
  },
  KEYWORDS_VOLUME: {
    meaning: 'The file of the keyword index cannot be opened, read or written.',
    tried: 'open the keyword index in WEBHOOK_KEYWORD_DIR',
    check:
      "is the bm25 volume mounted, writable and owned by the worker's user (uid 99); then the " +
      'disk (dmesg)',
  },
  KEYWORDS_ERROR: {
    meaning: 'The keyword index answered with an error that no other code names.',
    tried: 'read or write the keyword index',
    check: 'the reason next to the code, then ./pulse keywords check',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
