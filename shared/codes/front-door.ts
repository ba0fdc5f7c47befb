import type { Explanation } from './explanation.ts';

/** What HAProxy answers by itself, before or in place of the API. */
export const frontDoor = {
  DOOR_NOT_FOUND: {
    meaning: 'This port takes what crawlers send, and nothing else of the API.',
    tried: 'look whether the address begins with /api/webhook/',
    check: 'send it to apiHost:apiPort; hookPort publishes /api/webhook/* alone',
  },
  DOOR_TOO_LARGE: {
    meaning: 'The body of a request is larger than anything that the API takes.',
    tried: 'read the length that the request announces',
    check: 'send several requests of at most 64 MiB',
  },
  DOOR_REPLICA_LOST: {
    meaning:
      'An API replica ended while it had the request; the request may have been carried out.',
    tried: 'read the answer of the replica; a request that was sent is never sent twice',
    check: 'send it again, which is safe; ./pulse status shows why a replica ended',
  },
  DOOR_NO_REPLICA: {
    meaning: 'No API replica is there that could take the request.',
    tried: 'connect to every replica that the network knows and that answers /health',
    check: 'send it again; when it lasts: ./pulse status, ./pulse logs webhook-api',
  },
  DOOR_SLOW_ANSWER: {
    meaning: 'An API replica gave no answer within 120 s.',
    tried: 'wait for the answer of the replica',
    check: './pulse verify shows which service is slow; ./pulse logs webhook-api',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
