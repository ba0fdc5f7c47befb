import { describeUnanswered } from './conversation.ts';
import type { Explanation } from './explanation.ts';

export const tei = {
  ...describeUnanswered({
    code: 'TEI',
    name: 'TEI',
    setting: 'WEBHOOK_TEI_URL',
    look: './pulse status; documents wait for it, and nothing is lost',
  }),
  TEI_TIMEOUT: {
    meaning: 'The embedding server took the request and did not answer in time.',
    tried: 'embed one sentence',
    check:
      'a model still loading, a GPU at its limit, an overloaded CPU server (its log and its ' +
      '/metrics); a proxy in front of it that gives up earlier than pulse:teiTimeout',
  },
  TEI_AUTH: {
    meaning: 'The embedding server, or a proxy in front of it, asks for a login.',
    tried: 'reach the address in WEBHOOK_TEI_URL',
    check:
      'pulse:teiApiKey is the key that TEI was started with, or the bearer token of the proxy; ' +
      'pulse:teiLogin is its user:password. Both go in one header: with a login no key is sent. ' +
      'For the local TEI it is pulse:localEmbeddingsApiKey',
  },
  TEI_ANSWER: {
    meaning: 'The embedding server answers with an error, or what answers is not TEI.',
    tried: 'GET /health, GET /info, POST /embed',
    check:
      "the text of the problem and the server's log; 429 and 503 pass by themselves, 424 is a " +
      'fault of its model backend. Where /info is not found it is another server: vLLM, Infinity, ' +
      'llama.cpp and Ollama have another API, and Pulse needs text-embeddings-inference',
  },
  TEI_VERSION: {
    meaning: 'The embedding server is older than Pulse supports.',
    tried: 'GET /info and read its version',
    check:
      'update text-embeddings-inference on the GPU host to 1.8 or newer: older ones embed ' +
      'some models wrongly',
  },
  TEI_MODEL: {
    meaning:
      'The embedding server serves another model than the one configured; their vectors must ' +
      'never be mixed.',
    tried:
      'GET /info and compare its model_id with WEBHOOK_TEI_MODEL_ID or WEBHOOK_EMBEDDING_MODEL',
    check:
      'start the server with the configured model; set pulse:teiModelId to its model_id where it ' +
      'serves that model from a folder or under another name; or configure the model it serves ' +
      '(which makes a new collection)',
  },
  TEI_FALLBACK: {
    meaning:
      'The local TEI is not used in place of the GPU host: it makes other vectors, serves ' +
      'another model, does not answer, or there is nothing to compare it with.',
    tried: "embed some fixed sentences and compare with what the GPU host's TEI made of them",
    check:
      'the reason next to the code; the local TEI needs the model and version of the GPU ' +
      'host, which must have been reached once; documents wait, and nothing is lost',
  },
  TEI_CHANGED: {
    meaning:
      'The embedding server makes other vectors than before under the same model name; those that ' +
      'are stored cannot be compared with new ones.',
    tried: 'embed some fixed sentences and compare with what it made of them at an earlier start',
    check:
      'start it as before (--pooling, --default-prompt, --revision, its image), or make all ' +
      'vectors anew: ./pulse reindex --all',
  },
  TEI_DIMENSION: {
    meaning: 'An embedding has another length than configured.',
    tried: 'embed one sentence and count its numbers',
    check: "WEBHOOK_VECTOR_DIM must be the model's own dimension",
  },
  TEI_VECTOR: {
    meaning:
      'An embedding holds something that is not a finite number, or only zeros: it cannot be ' +
      'compared with any other.',
    tried: 'embed one sentence and look at its numbers',
    check:
      "the server's version and number type (float16 overflows with some models); restart it, " +
      'then ./pulse verify',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
