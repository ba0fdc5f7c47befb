import { jsonOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const version = {
  name: 'version',
  summary: "show Pulse's version, its commit and schema, and the versions of Pulumi and the engine",
  options: [jsonOption],
  examples: ['./pulse version', './pulse version --json'],
} as const satisfies CommandDefinition;
