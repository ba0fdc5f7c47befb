import { at, json } from '../shared/http.ts';
import { withoutPassword } from '../shared/redaction.ts';
import { fault, good, type Probe } from './probe.ts';

export interface OllamaTarget {
  readonly url: string;
}

export const ollama: Probe<OllamaTarget, { readonly version: unknown }> = {
  service: 'ollama',
  question: 'does an Ollama answer with its version?',
  // it answers from memory; more than this means the host swaps
  timeLimitMs: 5_000,
  trouble: {
    dns: 'OLLAMA_DNS',
    refused: 'OLLAMA_REFUSED',
    unreachable: 'OLLAMA_UNREACHABLE',
    timeout: 'OLLAMA_TIMEOUT',
    auth: 'OLLAMA_AUTH',
    answer: 'OLLAMA_ANSWER',
  },
  address: ({ url }) => withoutPassword(url),

  async ask({ url }, signal) {
    return { version: at(await json(url, '/api/version', signal), 'version') };
  },

  judge({ version }) {
    if (typeof version !== 'string') return fault('OLLAMA_ANSWER', '/api/version names no version');
    return good(`Ollama ${version}`);
  },
};
