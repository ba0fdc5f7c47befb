import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const moveData = {
  name: 'move-data',
  summary: 'move what the stack has on volumes into folders below pulse:appdataBase',
  details: [
    'The stack is stopped, the volumes of Postgres, Redis, Prometheus, Alertmanager and an embedded',
    'GPU host are copied and compared, then the stack is deployed with pulse:storeFolders. The',
    'volumes stay as they are. When a copy fails the stack is started again as it was.',
  ].join(' '),
  options: [{ flags: '--yes', help: 'do not ask' }, stackOption, jsonOption],
  examples: ['./pulse move-data --stack prod'],
  marks: ['run by test/deploy/rollback.test.ts'],
} as const satisfies CommandDefinition;
