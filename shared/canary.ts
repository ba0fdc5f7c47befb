/** Every canary is a page of this host, which no resolver knows (RFC 2606). */
export const canaryHost = 'canary.pulse.invalid';

/** What every canary says of where it comes from. */
export const canarySource = 'pulse verify';

/** @param url a page's, absolute */
export function isCanary(url: string): boolean {
  return new URL(url).hostname === canaryHost;
}
