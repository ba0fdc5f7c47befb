export interface Hit { readonly url: string; readonly title: string; readonly passage: string; readonly score: number }

/** The best passage of each page, best page first. */
export function best(hits: readonly Hit[]): Hit[] {
  const byUrl = new Map<string, Hit>();
  for (const hit of hits) if (hit.score > (byUrl.get(hit.url)?.score ?? -Infinity)) byUrl.set(hit.url, hit);
  return [...byUrl.values()].sort(byScore);
}

/** Legs joined: scores of each leg scaled to 0..1, then averaged over the legs that found anything; a page that both found leads. */
export function fused(legs: readonly (readonly Hit[])[]): Hit[] {
  const found = legs.filter((leg) => leg.length > 0);
  const byUrl = new Map<string, Hit>();
  for (const leg of found) {
    for (const hit of scaled(leg)) {
      const other = byUrl.get(hit.url);
      byUrl.set(hit.url, { ...(other !== undefined && other.score * found.length > hit.score ? other : hit), score: (other?.score ?? 0) + hit.score / found.length });
    }
  }
  return [...byUrl.values()].sort(byScore);
}

/** Against the best of its leg: BM25 has no upper end, cosine ends at 1. The worst keeps something: it was found. */
function scaled(leg: readonly Hit[]): Hit[] {
  const most = Math.max(...leg.map(({ score }) => score), Number.EPSILON);
  return leg.map((hit) => ({ ...hit, score: Math.max(0, hit.score) / most }));
}

function byScore(one: Hit, other: Hit): number {
  return other.score - one.score || (one.url < other.url ? -1 : 1);
}
