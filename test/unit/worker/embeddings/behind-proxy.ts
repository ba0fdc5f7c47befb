import { pino } from 'pino';

import { Circuit } from '../../../../worker/circuit/circuit.ts';
import { Embedder } from '../../../../worker/embeddings/embedder.ts';
import { Tei } from '../../../../worker/embeddings/tei.ts';
import { startInstantTei } from '../../../doubles/instant-tei.ts';
import { Proxy as HttpProxy } from '../../../harness/proxy.ts';

const model = 'org/model';

/** An embedder with its circuit, and a proxy between it and an instant TEI. */
export async function openBehindProxy({ maxInputLength = 512, dimension = 8 } = {}) {
  const tei = await startInstantTei({ model, dimension, maxInputLength });
  const proxy = await HttpProxy.open(new URL(tei.url).host);
  const settings = {
    teiUrl: `http://${proxy.authority}`,
    embeddingModel: model,
    vectorDim: dimension,
    teiTimeoutMs: 60_000,
    queryInstruction: 'none',
  };
  const client = new Tei(settings);
  const circuit = openCircuit(client);
  return {
    tei,
    proxy,
    client,
    circuit,
    embedder: new Embedder(settings, client, circuit),
    openAnother: () => new Embedder(settings, client, circuit),
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await tei.close();
    },
  };
}

/** A circuit of one process: its Redis never answers. */
function openCircuit(client: Tei): Circuit {
  const redis = new Proxy({}, { get: () => () => Promise.reject(new Error('no Redis')) });
  return new Circuit({
    name: 'tei',
    redis: redis as never,
    replica: 'only',
    probe: () => client.checkServes(),
    log: pino({ level: 'silent' }),
  });
}
