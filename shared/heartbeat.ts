/**
 * A worker touches this file while it judges itself to be consuming. The file is on a tmpfs, so a
 * new container does not inherit an old heartbeat.
 */
export const heartbeatFile = '/run/pulse/heartbeat';
export const heartbeatEverySeconds = 2;
/**
 * After this time without a heartbeat a worker counts as gone. Seven missed heartbeats are longer
 * than a garbage collection or a slow disk write takes.
 */
export const heartbeatFreshSeconds = 15;
