import { jsonOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const doctor = {
  name: 'doctor',
  summary: 'show which tools are there and where they came from, what is missing and what to do',
  options: [jsonOption],
  exitCode1: 'a tool is missing',
  examples: ['./pulse doctor', './pulse doctor --json'],
} as const satisfies CommandDefinition;
