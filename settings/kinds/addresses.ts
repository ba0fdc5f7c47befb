/** Addresses and networks. */
import { isIPv4 } from 'node:net';

import { isAddressOrNetwork } from '../../shared/networks.ts';
import { networkAddress } from '../ipv4.ts';
import { kind } from './kind.ts';
import type { Kind } from './kind.ts';

export const ipv4: Kind<string> = kind('IPv4 address', '127.0.0.1', (text) =>
  isIPv4(text) ? { value: text } : { problem: 'not an IPv4 address' },
);

export const cidr: Kind<string> = kind(
  'IPv4 network',
  '10.224.0.0/24',
  (text) => {
    const [address = '', bits = ''] = text.split('/');
    if (!isIPv4(address) || !/^\d+$/.test(bits))
      return { problem: 'not a network in the form address/bits' };
    if (Number(bits) < 8 || Number(bits) > 28) return { problem: 'not between /8 and /28' };
    return networkAddress(text) === address
      ? { value: text }
      : {
          problem: `not the first address of its network; that is ${networkAddress(text)}/${bits}`,
        };
  },
  { range: '/8 to /28' },
);

/** Widest network of a list: no list trusts everybody by a slip. */
const leastBits = 8;

/** Addresses and networks, IPv4 and IPv6. */
export const networks: Kind<readonly string[]> = kind(
  'list of addresses and networks',
  '192.0.2.10, 10.224.0.0/24',
  (text) => {
    const value = text.split(/[\s,]+/).filter((one) => one !== '');
    const wrong = value.find((one) => !isAddressOrNetwork(one, leastBits));
    return wrong === undefined
      ? { value }
      : { problem: `'${wrong}' is neither an address nor a network of /${leastBits} or narrower` };
  },
  { range: `/${leastBits} or narrower`, format: (value) => value.join(', ') },
);

/** A name, as Docker and the DNS have them, or an address. */
const hostName = /^(?:\[[\da-f:.]+\]|[a-z\d_](?:[\w.-]*[a-z\d_])?\.?)$/i;

/** An http(s) address without a trailing slash, user or password; it may have a path. */
export const url: Kind<string> = kind(
  'http(s) URL',
  'http://192.0.2.10:52000',
  (text) => {
    if (!URL.canParse(text)) return { problem: 'not a URL' };
    if (/[\s\\]/.test(text)) return { problem: 'has a blank or a \\, which no URL has' };
    const parsed = new URL(text);
    if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
      return { problem: 'neither http nor https' };
    if (parsed.username !== '' || parsed.password !== '')
      return {
        problem:
          'carries a user or password, which would be stored in plain text; the service has a ' +
          'secret setting for them',
      };
    if (!hostName.test(parsed.hostname))
      return { problem: 'has no host name; a ${NAME} or another placeholder is not replaced here' };
    if (/[?#]/.test(text))
      return { problem: 'has a query or a fragment, which no request would carry' };
    return { value: text.replace(/\/+$/, '') };
  },
  { workerSchema: 'httpUrl' },
);

/** The address of a server: an http(s) URL without a path. */
export const origin: Kind<string> = kind(
  'http(s) URL without a path',
  'https://pulse.example.org',
  (text) => {
    const parsed = url.parse(text);
    if ('problem' in parsed) return parsed;
    return new URL(parsed.value).origin === parsed.value.toLowerCase()
      ? parsed
      : { problem: 'has a path, a query or the usual port; only a server can be named' };
  },
);
