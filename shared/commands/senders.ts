import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const senders = {
  name: 'senders',
  summary: 'show what to enter in each program that sends pages, and when it last delivered',
  details: [
    'For Firecrawl on a host of your own and in its cloud, changedetection.io, and any HTTP client:',
    'the URL, the name of the secret, headers, body, and the switches with which the sender allows',
    'private addresses. Secrets are printed with --reveal alone. The stack need not run: then it is',
    'not known when a sender last delivered.',
  ].join(' '),
  options: [
    { flags: '--reveal', help: 'print the secrets in their places', only: 'host' },
    stackOption,
    jsonOption,
  ],
  examples: ['./pulse senders', './pulse senders --stack prod --reveal', './pulse senders --json'],
} as const satisfies CommandDefinition;
