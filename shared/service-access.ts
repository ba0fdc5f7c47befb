/** A secret with which a service, or a proxy in front of it, lets a caller in. */
export interface ServiceAccess {
  /** Sent as `Authorization: Bearer`. */
  readonly apiKey?: string | undefined;
  /** `user:password`, sent as `Authorization: Basic`; it goes before a key. */
  readonly login?: string | undefined;
}

/** Where the requests to a service go, of any form of its URL. */
export interface ServiceAddress {
  /** Scheme, host and port; the port is left out where it is the scheme's own. */
  readonly origin: string;
  /** As the URL has it, 80 or 443 where it has none. */
  readonly port: number;
  /** Of a service below a path: `/qdrant`, without a slash at its end; else empty. */
  readonly prefix: string;
  /** User and password of the URL; undefined where it has none. */
  readonly login: string | undefined;
}

/**
 * Reads the URL of a service. Every check and every use goes to the address that this returns.
 *
 * @throws TypeError when it is not a URL
 */
export function readServiceUrl(url: string): ServiceAddress {
  const { origin, protocol, port, pathname, username, password } = new URL(url);
  const defaultPort = protocol === 'https:' ? 443 : 80;
  return {
    origin,
    port: port === '' ? defaultPort : Number(port),
    prefix: pathname.replace(/\/+$/, ''),
    login:
      username === '' && password === ''
        ? undefined
        : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`,
  };
}

/**
 * The headers of a request to Qdrant. The key goes as a bearer token too, which Qdrant takes as
 * well, and a proxy in front of it may ask for; not with a login, which has that header.
 */
export function writeQdrantAccess(access: ServiceAccess): Record<string, string> {
  const { apiKey } = access;
  return { ...writeAuthorization(access), ...(apiKey !== undefined && { 'api-key': apiKey }) };
}

/** The header of a request to a service; none without a secret. */
export function writeAuthorization({ apiKey, login }: ServiceAccess): Record<string, string> {
  if (login !== undefined)
    return { authorization: `Basic ${Buffer.from(login, 'utf8').toString('base64')}` };
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
}
