import { isIPv6 } from 'node:net';

/** What is no part of a host's name, or stands for more than one. */
const foreign = /[\s\p{Cc}@\\*,;="'()<>|{}]/u;
/** Who types one of these means the host: they are what https and http use by themselves. */
const usualPorts = new Set(['', '80', '443']);
/** In characters (RFC 1035). */
const maxLength = 253;

/**
 * Parses a host as it may be typed or copied: in capitals, in letters of any script or as Punycode,
 * with a dot at the end, with a usual port, as the URL of its first page. All documents of the host
 * are meant, so a path and any other port are refused; `www.` is part of the name, and hosts under
 * it are others.
 *
 * @returns the host as it stands in canonical URLs; undefined for anything else
 */
export function parseHost(text: string): string | undefined {
  const given = text.trim();
  const address = foreign.test(given) ? undefined : toUrl(given);
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { hostname, port, pathname, search, hash } = new URL(address);
  const host = hostname.replace(/\.+$/, '');
  const isAlone = `${pathname}${search}${hash}` === '/' && usualPorts.has(port);
  const isName = host !== '' && !host.startsWith('.') && host.length <= maxLength;
  return isAlone && isName ? host : undefined;
}

function toUrl(text: string): string | undefined {
  if (/^(?:https?|file):/i.test(text)) return text;
  if (text.startsWith('//')) return `http:${text}`;
  if (isIPv6(text)) return `http://[${text}]`;
  // A number alone would be read as an address: 2024 is 0.0.7.232.
  const isNoHost = /^[^/]*:\/\//.test(text) || text.startsWith('/') || /^\d+$/.test(text);
  return isNoHost ? undefined : `http://${text}`;
}
