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
  KEYWORDS_SPACE: {
    meaning:
      'After an update the keyword index is built in a new file beside the old one, and the volume ' +
      'has too little space for both. The old file is searched and written until then: nothing is ' +
      'lost.',
    tried: 'compare the free space of the bm25 volume with the size of the old file',
    check:
      'free space on the bm25 volume (files named unusable are old and may be deleted); workers ' +
      'try again every minute, ./pulse status says how far the new file is',
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
      'The keyword index lies on a network file system (NFS, SMB, sshfs, rclone, a folder that a ' +
      "virtual machine has of its host), where SQLite's locks do not hold and writes of several " +
      'workers would destroy it.',
    tried: 'look at the file system of WEBHOOK_KEYWORD_DIR: statfs, /proc/self/mountinfo',
    check:
      'put the bm25 volume on a local disk of the Docker host (a named volume is on one), then ' +
      './pulse keywords rebuild',
  },
  KEYWORDS_FUSE: {
    meaning:
      'The keyword index lies on a FUSE file system of this host. Whether shared memory and ' +
      'locks, which SQLite needs, hold there depends on the program behind it and its options; ' +
      'it is slower in any case. What is lost can be built again from Postgres.',
    tried: 'look up WEBHOOK_KEYWORD_DIR in /proc/self/mountinfo, and open the keyword index',
    check:
      'put the bm25 volume on a disk itself: on Unraid /mnt/cache/… or /mnt/disk1/… in place of ' +
      '/mnt/user/…, or an exclusive share; with mergerfs one of its branches (else no ' +
      'cache.files=off); beside an encrypted folder; then ./pulse keywords check',
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
