import { describeUnanswered } from './conversation.ts';
import type { Explanation } from './explanation.ts';

export const redis = {
  ...describeUnanswered({
    code: 'REDIS',
    name: 'Redis',
    setting: 'REDIS_URL',
    look: './pulse status, ./pulse logs redis',
  }),
  REDIS_TIMEOUT: {
    meaning: 'Redis took the connection and did not answer in time.',
    tried: 'log in, read its configuration and the queues',
    check:
      'a slow script or disk (redis-cli SLOWLOG GET; INFO persistence), or a host short of memory',
  },
  REDIS_AUTH: {
    meaning: 'Redis refuses the password, or asks for one that was not given.',
    tried: 'log in with the password in REDIS_URL',
    check: 'run ./pulse up: it gives Redis and the workers the same secret',
  },
  REDIS_READ_ONLY: {
    meaning:
      'The Redis server is a replica, or has lost its master, and takes no writes. Jobs wait, and ' +
      'go on by themselves when the address leads to a master.',
    tried: 'write the key of a job, or of a heartbeat',
    check:
      'during a failover nothing; else that the address in REDIS_URL leads to the master ' +
      '(redis-cli ROLE)',
  },
  REDIS_RIGHTS: {
    meaning: 'The user in REDIS_URL may not run a command, or touch a key, that Pulse needs.',
    tried: 'run the commands of the queues',
    check:
      'the rights of the user: ACL SETUSER <user> ~* &* +@all (redis-cli ACL LOG names what was refused)',
  },
  REDIS_ANSWER: {
    meaning: 'Redis answers with an error, or what answers is not Redis.',
    tried: 'log in, read its configuration and the queues',
    check:
      'the text of the problem: LOADING, BUSY, TRYAGAIN and CLUSTERDOWN pass by themselves; ' +
      'MISCONF needs a disk with room, OOM memory (maxmemory), NOREPLICAS the replicas that ' +
      "min-replicas-to-write asks for, NOPERM the user's rights; MOVED and CROSSSLOT come from a " +
      'cluster, and the queues need one server',
  },
  REDIS_VERSION: {
    meaning: 'The Redis server is older than Pulse supports.',
    tried: 'read redis_version from INFO server',
    check: "the address belongs to this stack's Redis, and its image is version 7",
  },
  REDIS_PERSISTENCE: {
    meaning:
      'Redis would lose queued jobs at a restart: the append-only file or snapshots are off, ' +
      'or the last write of them failed.',
    tried: 'read INFO persistence and CONFIG GET save',
    check:
      'Redis runs with --appendonly yes and --save, and its volume has room (./pulse logs redis)',
  },
  REDIS_EVICTION: {
    meaning: 'Redis may throw queued jobs away when its memory is full.',
    tried: 'read CONFIG GET maxmemory-policy',
    check: 'Redis runs with --maxmemory-policy noeviction',
  },
  REDIS_QUEUES: {
    meaning: "The queues' keys cannot be read, or are of the wrong kind.",
    tried: 'count waiting, active and failed jobs of each queue',
    check:
      'does another program use this Redis with the same key prefix; then ./pulse queue counts',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
