import { PulseError } from '../errors.ts';
import type { Services } from '../services.ts';
import { best, fused } from './fuse.ts';
import type { Hit } from './fuse.ts';

export type Mode = 'hybrid' | 'keyword' | 'semantic';

export interface Answer {
  readonly mode: Mode;
  /** Only keywords were searched, because the GPU host is away. */
  readonly degraded: boolean;
  readonly results: readonly Hit[];
}

/** Passages asked of each leg for one document in the answer: several may be of the same page. */
const depth = 5;

/** Both legs at once; the best passage of each page. @throws PulseError when `semantic` was asked for and the GPU host is away */
export async function search({ keywords, embedder, vectors, gpuHost }: Services, query: string, mode: Mode, limit: number): Promise<Answer> {
  const byKeyword = mode === 'semantic' ? [] : keywords.search(query, limit * depth);
  const byMeaning = mode === 'keyword' ? [] : embedder.embedQuery(query).then((vector) => gpuHost.qdrant.run(() => vectors.search(vector, limit * depth)));
  const [lexical, semantic] = await Promise.allSettled([byKeyword, byMeaning]);
  if (lexical.status === 'rejected') throw lexical.reason;
  const away = semantic.status === 'rejected';
  if (away && (mode === 'semantic' || !(semantic.reason instanceof PulseError))) throw semantic.reason;
  const legs = [best(lexical.value), best(away ? [] : semantic.value)];
  return { mode, degraded: away, results: fused(legs).slice(0, limit) };
}
