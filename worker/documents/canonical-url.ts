/**
 * Parameters of the large advertisers, mailers and analytics. They say who clicked and never what
 * is shown.
 */
const tracking = new RegExp(
  `^(?:${[
    'utm_\\w+',
    'gclid',
    'gclsrc',
    'gbraid',
    'wbraid',
    'dclid',
    'srsltid',
    '_ga',
    '_gl', // Google
    'fbclid',
    'igshid?',
    'msclkid',
    'yclid',
    'ysclid',
    '_openstat',
    'twclid',
    'ttclid',
    'li_fat_id',
    'epik',
    'rdt_cid',
    'wickedid',
    'mc_[ce]id',
    'mkt_tok',
    '_hsenc',
    '_hsmi',
    '__hs(?:tc|sc|fp)',
    'hsCtaTracking',
    'vero_id',
    'oly_(?:enc|anon)_id',
    'ml_subscriber(?:_hash)?', // mailers
    '(?:pk|mtm|matomo|piwik)_\\w+', // Matomo
  ].join('|')})$`,
  'i',
);

/** Letters, digits and `-._~` mean the same with and without an escape (RFC 3986, 6.2.2.2). */
const unreserved = /^[\w.~-]$/;

/** It begins at the first of several: else they would take the square of their number. */
const finalDots = /(?<!\.)\.+$/;

/**
 * Gives a page one URL: scheme and host in lower case; no default port, user, final dot of the host
 * or tracking parameter; escapes in one spelling. A fragment stays only where a script of the site
 * shows another page for each. What may mean another page to a server stays: the order of
 * parameters, a slash at the end, `www.`.
 *
 * @returns undefined for anything but an http, https or file URL
 */
export function canonicalizeUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!['http:', 'https:', 'file:'].includes(url.protocol)) return undefined;
  url.hash = url.protocol === 'file:' ? '' : readRoute(url.hash);
  url.username = '';
  url.password = '';
  url.hostname = url.hostname.replace(finalDots, '');
  const kept = withoutTracking(url.search.slice(1));
  // The setter removes one question mark, and the query may begin with a second one.
  url.search = kept === '' ? '' : `?${kept}`;
  return url.href.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return unreserved.test(character) ? character : escape.toUpperCase();
  });
}

/**
 * The fragment, where it names a page: `#/guide`, `#!guide`. The root of such a site is the URL
 * without one. A second fragment, and a passage (`:~:text=`), name a place in the page.
 */
function readRoute(fragment: string): string {
  if (!/^#[/!]/.test(fragment)) return '';
  const [route = ''] = fragment.slice(1).split(/#(?![/!])|:~:/, 1);
  const [path = '', ...query] = route.split('?');
  const kept = withoutTracking(query.join('?'));
  if (/^!?\/?$/.test(path) && kept === '') return '';
  return `#${path}${kept === '' ? '' : `?${kept}`}`;
}

/**
 * Keeps the spelling of the query. URLSearchParams would change it, and only where it removes a
 * tracking parameter, so that one page had two URLs.
 */
function withoutTracking(query: string): string {
  return query
    .split('&')
    .filter((parameter) => parameter !== '' && !tracking.test(parameter.split('=', 1)[0] as string))
    .join('&');
}
