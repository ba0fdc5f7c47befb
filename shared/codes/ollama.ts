import { describeUnanswered } from './conversation.ts';
import type { Explanation } from './explanation.ts';

export const ollama = {
  ...describeUnanswered({
    code: 'OLLAMA',
    name: 'Ollama',
    setting: 'WEBHOOK_OLLAMA_URL',
    look: './pulse status; indexing and search go on without it',
  }),
  OLLAMA_TIMEOUT: {
    meaning: 'Ollama took the request and did not answer in time.',
    tried: 'GET /api/version',
    check: "a host short of memory while a model loads (Ollama's log)",
  },
  OLLAMA_AUTH: {
    meaning: 'Ollama, or a proxy in front of it, asks for a login.',
    tried: 'GET /api/version',
    check:
      'pulse:ollamaApiKey is the bearer token of the proxy, or pulse:ollamaLogin its user:password',
  },
  OLLAMA_ANSWER: {
    meaning: 'Ollama answers with an error, or what answers is not Ollama.',
    tried: 'GET /api/version',
    check: 'the port in WEBHOOK_OLLAMA_URL belongs to Ollama',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
