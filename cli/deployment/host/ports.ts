import type { Key, Settings } from '../../../settings.ts';
import { frontDoor, monitorNames } from '../../../settings/names.ts';

/** A port that a stack publishes on its host. */
export interface PublishedPort {
  readonly port: number;
  readonly address: string;
  /** Settings that say so; the address of some is no setting. */
  readonly key: Key;
  readonly addressKey: Key | undefined;
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
  monitoring,
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
    ...(monitoring.mode !== 'own' || monitoring.prometheusPort === undefined
      ? []
      : [
          {
            address: '127.0.0.1',
            addressKey: undefined,
            port: monitoring.prometheusPort,
            key: 'prometheusPort',
            own: monitorNames(prefix).prometheus,
          } as const,
        ]),
  ];
}
