import type { CommandDefinition } from './definition.ts';

export const env = {
  name: 'env',
  summary: 'print exports for a shell, so that plain pulumi, docker and node use the same tools',
  details: 'With them these programs also use the same state as ./pulse.',
  examples: ['eval "$(./pulse env)" && pulumi stack output --stack dev'],
} as const satisfies CommandDefinition;
