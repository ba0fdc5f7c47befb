import { describeUnanswered } from './conversation.ts';
import type { Explanation } from './explanation.ts';

export const reranker = {
  ...describeUnanswered({
    code: 'RERANK',
    name: 'Reranker',
    setting: 'WEBHOOK_RERANK_URL',
    look: 'searches go on without it, in the order they had before',
  }),
  RERANK_TIMEOUT: {
    meaning: 'The reranker took the request and did not score two texts in time.',
    tried: 'POST /rerank with two texts',
    check: 'its log, and whether its GPU is busy; a search waits for pulse:rerankTimeout alone',
  },
  RERANK_AUTH: {
    meaning: 'The reranker, or a proxy in front of it, refuses the key or the login.',
    tried: 'POST /rerank with two texts',
    check: "pulse:rerankApiKey is that TEI's --api-key, or pulse:rerankLogin the proxy's login",
  },
  RERANK_ANSWER: {
    meaning: 'The reranker answers with an error, or what answers is no reranker.',
    tried: 'POST /rerank with two texts',
    check:
      'the port in WEBHOOK_RERANK_URL belongs to a TEI with a reranking model; its log. The /rerank ' +
      'of vLLM, Infinity and Cohere is of another API',
  },
  RERANK_MODEL: {
    meaning: 'What answers at the address of the reranker has a model of another kind.',
    tried: 'GET /info',
    check:
      'pulse:rerankUrl is not the address of the TEI that embeds; start a TEI with a reranking ' +
      'model there, such as BAAI/bge-reranker-v2-m3',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
