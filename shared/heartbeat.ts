/**
 * A worker touches this file while it judges itself to be consuming; it lies on a tmpfs, so a new
 * container never inherits an old beat.
 */
export const heartbeatFile = '/run/pulse/heartbeat';
export const heartbeatEverySeconds = 2;
/**
 * Seven missed beats: longer than a garbage collection or a slow disk, shorter than any outage an
 * operator would forgive.
 */
export const heartbeatFreshSeconds = 15;
