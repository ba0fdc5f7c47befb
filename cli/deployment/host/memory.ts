import type { Settings } from '../../../settings.ts';
import { backupMemoryMiB } from '../../../settings/parts/backups.ts';
import type { Finding } from './finding.ts';
import type { Host } from './inspect.ts';

export function promisedMemoryWarnings(settings: Settings, { memoryMiB }: Host): Finding[] {
  const parts = promisedMemory(settings);
  const sum = parts.reduce((total, { each, count }) => total + each * count, 0);
  if (sum <= memoryMiB) return [];
  const terms = parts.map(({ what, each, count }) => `${count} x ${each}MiB ${what}`);
  return [
    {
      code: 'HOST_MEMORY',
      problem:
        `this stack promises ${sum}MiB, and the host has ${memoryMiB}MiB: ${terms.join(' + ')}. ` +
        'When all of it is used, the kernel ends a container; ' +
        'lower pulse:workerMemory or pulse:workerReplicas',
    },
  ];
}

/** The limits of all containers that the stack declares. */
export function promisedMemory({
  workers,
  postgres,
  backups,
  redis,
  api,
  frontDoor,
  gpuHost,
  localEmbeddings,
  monitoring,
}: Settings): { what: string; each: number; count: number }[] {
  return [
    { what: 'worker', each: workers.memoryMiB, count: workers.replicas },
    { what: 'Postgres', each: postgres.memoryMiB, count: 1 },
    ...(backups.every === 'off' ? [] : [{ what: 'backup', each: backupMemoryMiB, count: 1 }]),
    { what: 'Redis', each: redis.memoryMiB, count: 1 },
    { what: 'API', each: api.memoryMiB, count: api.replicas },
    { what: 'HAProxy', each: frontDoor.memoryMiB, count: 1 },
    ...(gpuHost.mode === 'embedded'
      ? [{ what: 'GPU service', each: gpuHost.memoryMiB, count: gpuHost.ollama ? 3 : 2 }]
      : []),
    ...(localEmbeddings.enabled
      ? [{ what: 'local TEI', each: localEmbeddings.memoryMiB, count: 1 }]
      : []),
    ...(monitoring.mode === 'own'
      ? [
          { what: 'Prometheus', each: monitoring.prometheusMemoryMiB, count: 1 },
          { what: 'Alertmanager', each: monitoring.alertmanagerMemoryMiB, count: 1 },
        ]
      : []),
  ];
}
