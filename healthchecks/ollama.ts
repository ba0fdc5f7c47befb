import { fetchJson, readPath } from '../shared/http.ts';
import { hidePassword } from '../shared/redaction.ts';
import { fail, pass } from './probe.ts';
import type { Probe } from './probe.ts';
import { serviceTroubleCodes } from './trouble-codes.ts';

export interface OllamaTarget {
  readonly url: string;
}

export const ollama: Probe<OllamaTarget, { readonly version: unknown }> = {
  service: 'ollama',
  question: 'does an Ollama answer with its version?',
  // It answers from memory; if it takes longer, the host swaps.
  timeLimitMs: 5_000,
  trouble: serviceTroubleCodes('OLLAMA'),
  address: ({ url }) => hidePassword(url),

  async ask({ url }, signal) {
    return { version: readPath(await fetchJson(url, '/api/version', signal), 'version') };
  },

  judge({ version }) {
    if (typeof version !== 'string') return fail('OLLAMA_ANSWER', '/api/version names no version');
    return pass(`Ollama ${version}`);
  },
};
