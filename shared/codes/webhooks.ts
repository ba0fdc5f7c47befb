import type { Explanation } from './explanation.ts';

export const webhooks = {
  WEBHOOK_SIGNATURE: {
    meaning: 'The delivery has no signature or token that fits the key for hooks.',
    tried:
      'compare the signature, or the token, with every key that is accepted; nothing was stored',
    check:
      "the sender's secret must be the setting webhookSecret; a sender that cannot sign needs " +
      'webhookSignature: optional; a proxy that changes the body breaks the signature',
  },
  WEBHOOK_SENDER: {
    meaning: 'The delivery comes from an address that may send none.',
    tried: 'look for the address among those of the setting webhookFrom; nothing was read',
    check: 'add the address that the log names (./pulse logs webhook-api) to webhookFrom',
  },
  WEBHOOK_PAYLOAD: {
    meaning: 'The delivery is JSON, and not what this sender sends.',
    tried: 'look for the event, the crawl and the page; nothing was stored',
    check: 'the detail of the answer says what is missing; the bodies are in docs/api.md',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
