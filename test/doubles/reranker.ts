import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A TEI that reranks: it scores a text by the share of the query's words that it has. */
export interface RerankDouble extends AsyncDisposable {
  readonly url: string;
  /** Texts of each call. */
  readonly calls: number[];
  /**
   * `hang`: it takes calls and never answers; `broken`: it answers something else; `embeds`: its
   * model embeds.
   */
  fault: 'hang' | 'broken' | 'refuses' | 'embeds' | undefined;
  /** Most texts of one call: TEI's `max_client_batch_size`. */
  maxTexts: number;
}

interface Asked {
  readonly query: string;
  readonly texts: readonly string[];
}

/** @param authorization the header without which it answers 401 */
export async function startRerankDouble(authorization?: string): Promise<RerankDouble> {
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const double: RerankDouble = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tei`,
    calls: [],
    fault: undefined,
    maxTexts: 32,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return double;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (double.fault === 'hang') return;
    const asked = (await json(request)) as Asked;
    const [status, body] = decide(request, asked);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  function decide({ url, headers }: IncomingMessage, { query, texts }: Asked): [number, unknown] {
    if (double.fault === 'refuses') return [503, { error: 'Model is overloaded' }];
    if (double.fault === 'embeds') return [424, { error: 'Model is not a re-ranker model' }];
    if (url !== '/tei/rerank') return [404, {}];
    if (headers.authorization !== authorization) return [401, {}];
    double.calls.push(texts.length);
    if (texts.length > double.maxTexts)
      return [413, { error: `batch size ${texts.length} > maximum allowed batch size` }];
    if (double.fault === 'broken') return [200, [{ index: 0, score: 1 }]];
    const words = query.split(' ');
    const ranks = texts.map((text, index) => ({
      index,
      score: words.filter((word) => text.includes(word)).length / words.length,
    }));
    // The best first, as TEI answers.
    return [200, ranks.toSorted((one, other) => other.score - one.score)];
  }
}
