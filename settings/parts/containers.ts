/** What several containers of a stack have in common. */
import { ipv4 } from '../kinds/addresses.ts';
import { duration } from '../kinds/numbers.ts';
import { absolutePath, flag } from '../kinds/texts.ts';
import { setting } from '../setting.ts';

export const containers = {
  storeAddress: setting({
    key: 'storeAddress',
    kind: ipv4,
    default: '127.0.0.1',
    description: 'host address on which Postgres and Redis publish their ports',
  }),
  healthIntervalSeconds: setting({
    key: 'healthInterval',
    kind: duration,
    default: '5s',
    description: 'time between two health checks of a container; its first verdict comes after one',
    example: '5s',
  }),
  healthStartIntervalSeconds: setting({
    key: 'healthStartInterval',
    kind: duration,
    description:
      'time between two health checks of a container that is starting, so that an update need ' +
      'not wait for a long `healthInterval`; absent, 1s in a stack that is made on Docker Engine ' +
      '25 or newer, which it needs, and no other interval elsewhere',
    example: '1s',
  }),
  protectData: setting({
    key: 'protectData',
    kind: flag,
    default: 'false',
    description: 'whether Pulumi refuses to remove the data volumes, as it should in prod',
  }),
};

export const dataFolders = {
  base: setting({
    key: 'appdataBase',
    kind: absolutePath,
    description:
      'folder of the Docker host under which workers keep `pulse_webhook/bm25` and, ' +
      'with an external GPU host, `pulse_webhook/hf_cache`, adopted when there; ' +
      'absent, named volumes are used',
  }),
  stores: setting({
    key: 'storeFolders',
    kind: flag,
    default: 'false',
    description:
      'whether Postgres, Redis, what watches the stack, an embedded GPU host and the dumps of ' +
      '`backupEvery` have folders below `appdataBase` in place of volumes, ' +
      '`<prefix>_data/postgres` and so on; `./pulse move-data` brings data there from volumes ' +
      'and sets this',
  }),
};
