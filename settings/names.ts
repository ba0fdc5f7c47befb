/**
 * What the parts of a stack are called on their host, for the program that makes them and the
 * command line that finds them.
 */

/**
 * First part of every name: `pulse` in prod, whose names other software knows, `pulse-<stack>`
 * elsewhere.
 */
export function prefixOf(stack: string): string {
  return stack === 'prod' ? 'pulse' : `pulse-${stack}`;
}

/** Port of the API inside the network, of its replicas and of the front door alike. */
export const apiPort = 50108;

/** Port of the front door that is published in place of `apiPort` where it speaks TLS. */
export const innerTlsPort = 50443;

/** Port of the front door inside the network on which it answers `/api/webhook/*` alone. */
export const innerHookPort = 50109;

/**
 * Port of the front door inside the network on which HAProxy tells its own metrics. Never
 * published.
 */
export const innerMetricsPort = 50110;

/** Replicas of the API at most: the front door has a place for each. */
export const mostApiReplicas = 16;

/**
 * The front door: its container, the name that senders inside the network use; and the name under
 * which that network's DNS lists every replica of the API that is there.
 */
export function frontDoor(prefix: string): { name: string; replicas: string } {
  return { name: `${prefix}_webhook`, replicas: `${prefix}_webhook-api` };
}

const localTeiPort = 8080;

/** The TEI on the host's own CPUs: its container, which workers reach by name. */
export function localTei(prefix: string): { name: string; port: number; url: string } {
  const name = `${prefix}_local-embeddings`;
  return { name, port: localTeiPort, url: `http://${name}:${localTeiPort}` };
}

/** Ports inside the network of the two that watch a stack. */
export const prometheusPort = 9090;
export const alertmanagerPort = 9093;

/** Those that watch a stack: their containers and, by the same names, their data volumes. */
export function monitorNames(prefix: string): { prometheus: string; alertmanager: string } {
  return { prometheus: `${prefix}_prometheus`, alertmanager: `${prefix}_alertmanager` };
}

/** Where the stack's own Alertmanager is asked on its network. */
export function alertmanagerUrl(prefix: string): string {
  return `http://${monitorNames(prefix).alertmanager}:${alertmanagerPort}`;
}

/** Label of every container, with the stack as its value: names of other stacks may begin alike. */
export const stackLabel = 'pulse.stack';

/**
 * Data volumes that a stack may have, after its prefix and `_`. The whole list, so that removing a
 * stack's data never takes a volume whose name only begins alike.
 */
export const dataVolumeNames = [
  'postgres',
  'redis',
  'qdrant',
  'bm25',
  'hf_cache',
  'ollama',
  'prometheus',
  'alertmanager',
] as const;

/** Folders of data below `pulse:appdataBase`; the old deployment has `pulse_postgres` there. */
export function storeFolder(prefix: string, store: string): string {
  return `${prefix}_data/${store}`;
}

/** Folders below the same for certificates and keys; only root may enter the first of both. */
export function secretFolder(prefix: string, holds: string): string {
  return `${prefix}_secrets/${holds}`;
}
