import type { Key, Settings } from '../../../settings.ts';
import { frontDoor } from '../../../settings/names.ts';

/** A port that a stack publishes on its host. */
export interface PublishedPort {
  readonly port: number;
  readonly address: string;
  /** Settings that say so. */
  readonly key: Key;
  readonly addressKey: Key;
  /** The container that publishes it. */
  readonly own: string;
}

/** Lists every port that a stack publishes. */
export function listPublishedPorts({
  prefix,
  containers: { storeAddress },
  postgres,
  redis,
  frontDoor: door,
}: Settings): PublishedPort[] {
  const store = { address: storeAddress, addressKey: 'storeAddress' } as const;
  return [
    { ...store, port: postgres.port, key: 'postgresPort', own: `${prefix}_postgres` },
    { ...store, port: redis.port, key: 'redisPort', own: `${prefix}_redis` },
    {
      address: door.address,
      addressKey: 'apiHost',
      port: door.port,
      key: 'apiPort',
      own: frontDoor(prefix).name,
    },
    ...(door.hookPort === undefined
      ? []
      : [
          {
            address: door.hookAddress ?? door.address,
            addressKey: door.hookAddress === undefined ? 'apiHost' : 'hookHost',
            port: door.hookPort,
            key: 'hookPort',
            own: frontDoor(prefix).name,
          } as const,
        ]),
  ];
}
