const stated = /(?:property|name)\s{0,9}=\s{0,9}["']?(?:og:title|dc\.title|twitter:title)\b/i;
const places = /<!--|<(\/?svg|title)(?=[\s/>])[^>]{0,1000}>/gi;

/** Whether a page of HTML says its title; that of a picture is none, nor is an empty one. */
export function hasTitle(html: string): boolean {
  if (stated.test(html)) return true;
  let depth = 0;
  let from = 0;
  for (const { 0: whole, 1: name, index } of html.matchAll(places)) {
    if (index < from) continue;
    from = index + whole.length;
    if (name === undefined) {
      const end = html.indexOf('-->', from);
      if (end === -1) return false;
      from = end;
    } else if (name.toLowerCase() === 'svg') depth += 1;
    else if (name.startsWith('/')) depth -= 1;
    else if (depth <= 0 && /^[^<]*[^\s<]/.test(html.slice(from, from + 1_000))) return true;
  }
  return false;
}
