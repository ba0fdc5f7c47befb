/** Postgres and Redis, and their passwords. */
import { cpus, mebibytes, port } from '../kinds/numbers.ts';
import { secret } from '../kinds/secret.ts';
import { imageReference } from '../kinds/texts.ts';
import { officialImages } from '../official-images.ts';
import { setting } from '../setting.ts';

export const postgres = {
  port: setting({
    key: 'postgresPort',
    kind: port,
    default: '50105',
    description: 'host port of Postgres',
  }),
  image: setting({
    key: 'postgresImage',
    kind: imageReference,
    default: officialImages.postgres,
    description: 'image of Postgres 15',
    example: officialImages.postgres,
  }),
  memoryMiB: setting({
    key: 'postgresMemory',
    kind: mebibytes(256),
    default: '1GiB',
    description: 'memory limit of Postgres',
  }),
  cpus: setting({
    key: 'postgresCpus',
    kind: cpus,
    default: '2.0',
    description: 'CPU limit of Postgres',
  }),
};

export const redis = {
  port: setting({
    key: 'redisPort',
    kind: port,
    default: '50104',
    description: 'host port of Redis',
    example: '50104',
  }),
  image: setting({
    key: 'redisImage',
    kind: imageReference,
    default: officialImages.redis,
    description: 'image of Redis 7',
    example: officialImages.redis,
  }),
  memoryMiB: setting({
    key: 'redisMemory',
    kind: mebibytes(64),
    default: '1GiB',
    description: 'memory limit of Redis; 60% of it is `maxmemory`, the rest is for its forks',
  }),
  cpus: setting({
    key: 'redisCpus',
    kind: cpus,
    default: '1.0',
    description: 'CPU limit of Redis',
  }),
};

export const secrets = {
  postgresPassword: setting({
    key: 'postgresPassword',
    kind: secret,
    description: 'password of the role `firecrawl`; made on the first deploy when absent',
  }),
  redisPassword: setting({
    key: 'redisPassword',
    kind: secret,
    description: 'password of Redis; made on the first deploy when absent',
  }),
};
