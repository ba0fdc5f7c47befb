import { jsonOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const explain = {
  name: 'explain',
  summary: 'explain an error code: what it means, what was tried, what to do',
  arguments: [{ usage: '[code]', help: 'such as TEI_REFUSED; without it, all codes are listed' }],
  options: [{ flags: '--markdown', help: 'print all codes as docs/codes.md has them' }, jsonOption],
  exitCode1: 'there is no such code',
  examples: ['./pulse explain TEI_REFUSED', './pulse explain'],
} as const satisfies CommandDefinition;
