import { fetchJson, readPath } from '../shared/http.ts';
import { hidePassword } from '../shared/redaction.ts';
import { writeAuthorization } from '../shared/service-access.ts';
import type { ServiceAccess } from '../shared/service-access.ts';
import { fail, pass } from './probe.ts';
import type { Probe } from './probe.ts';
import { serviceTroubleCodes } from './trouble-codes.ts';

export interface OllamaTarget extends ServiceAccess {
  readonly url: string;
}

export const ollama: Probe<OllamaTarget, { readonly version: unknown }> = {
  service: 'ollama',
  question: 'does an Ollama answer with its version?',
  // It answers from memory; if it takes longer, the host swaps.
  timeLimitMs: 5_000,
  trouble: serviceTroubleCodes('OLLAMA'),
  address: ({ url }) => hidePassword(url),

  async ask({ url, apiKey, login }, signal) {
    const headers = writeAuthorization({ apiKey, login });
    const answer = await fetchJson(url, '/api/version', signal, { headers });
    return { version: readPath(answer, 'version') };
  },

  judge({ version }) {
    if (typeof version !== 'string') return fail('OLLAMA_ANSWER', '/api/version names no version');
    return pass(`Ollama ${version}`);
  },
};
