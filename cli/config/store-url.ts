/** The address of a store with its user and password, as people write it into a `.env`. */
export interface StoreUrl {
  readonly host: string;
  readonly user: string;
  /** Decoded; empty when there is none. */
  readonly password: string;
  readonly database: string;
}

/**
 * Takes apart `postgresql+asyncpg://user:password@host:5432/database` and `redis://:password@host`.
 * A password may stand there unencoded, with `/`, `?`, `#`, `%` or `@` in it, as SQLAlchemy and
 * redis-py take one. Where it is not certain which part is the password, nothing is guessed: a
 * wrong guess would print some of it as a host or a database.
 *
 * @returns what is wrong with it, never quoting it
 */
export function parseStoreUrl(text: string): StoreUrl | { readonly problem: string } {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  if (scheme === undefined) return { problem: 'is not a URL' };
  const at = findEndOfUser(rest);
  if (at === 'uncertain')
    return {
      problem:
        'has a user or password that cannot be told from the address: write / ? # @ in it as ' +
        '%2F %3F %23 %40',
    };
  // Of several hosts, as of a primary and its standbys or of Sentinels, the first stands for all.
  const address = `store://${rest.slice(at + 1).replace(/^([^,/?#]*),[^/?#]*/, '$1')}`;
  if (!URL.canParse(address)) return { problem: 'is not a URL' };
  const { hostname, pathname, searchParams } = new URL(address);
  // A socket: libpq and asyncpg take the folder in which it is as the host.
  const host = hostname || (searchParams.get('host') ?? '');
  if (host === '') return { problem: 'names no host' };
  const [, user = '', password] = /^([^:]*):?(.*)$/s.exec(rest.slice(0, Math.max(at, 0))) ?? [];
  return {
    host,
    user: decode(user),
    password: decode(password ?? '') || (searchParams.get('password') ?? ''),
    database: decode(pathname.slice(1)),
  };
}

/** @returns the place of the `@` before the host, or -1 when there is neither user nor password */
function findEndOfUser(rest: string): number | 'uncertain' {
  const last = rest.lastIndexOf('@');
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  if (last === -1 || last < authority.length) return last;
  // An `@` after the first / ? or #: of the password, or of a path or query?
  const isAddress = authority.includes('@') || /^[^:]*(:\d*)?$/.test(authority);
  const isOne = rest.indexOf('@') === last;
  return !isAddress && isOne && /^[^/?#]+(\/[^?#]*)?(\?.*)?$/s.test(rest.slice(last + 1))
    ? last
    : 'uncertain';
}

/** As Python's unquote does: a `%` that begins no escape stays. */
function decode(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
