/**
 * What is written from the definitions of the commands: docs/commands.md.
 *
 * `node cli/documents.ts` writes it again (npm run commands).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { listExamples } from '../shared/commands/build.ts';
import type {
  ArgumentDefinition,
  CommandDefinition,
  OptionDefinition,
  SubcommandDefinition,
} from '../shared/commands/definition.ts';
import { commands } from './commands.ts';

const introduction = `# Commands

Written from \`shared/commands/\` by \`npm run commands\`; a test fails when the two differ.
\`./pulse <command> --help\` shows the same.

Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted. Where 1 means more than that the command
failed, it is said below. Answers go to standard output, progress to standard error: on a terminal
as a bar, else as a line at most every two seconds, with \`--json\` as a line of JSON.

\`--stack\` names the stack, \`dev\` when it is left out. With \`--json\` the answer is JSON.
`;

/** The text of docs/commands.md. */
export function formatCommandsPage(): string {
  const definitions = commands.map(({ definition }) => definition);
  const rows = definitions.map(({ name, summary }) => {
    return `| [\`${name}\`](#pulse-${name}) | ${escapeCell(summary)} |`;
  });
  return [
    introduction,
    ['| command | what it does |', '| --- | --- |', ...rows, ''].join('\n'),
    ...definitions.map(formatCommand),
  ].join('\n');
}

function formatCommand(definition: CommandDefinition): string {
  const { name, subcommands = {} } = definition;
  const verbs = Object.entries(subcommands).map(([verb, one]) =>
    formatPart('###', `${name} ${verb}`, one),
  );
  return [formatPart('##', name, definition), ...verbs].join('\n');
}

function formatPart(
  heading: '##' | '###',
  path: string,
  definition: CommandDefinition | SubcommandDefinition,
): string {
  const {
    summary,
    details,
    arguments: list = [],
    options = [],
    exitCode1,
    marks = [],
  } = definition;
  const known = options.filter(({ only }) => only !== 'image');
  const isGroup = 'subcommands' in definition;
  const examples = isGroup ? [] : listExamples(definition);
  const parts = [
    `${heading} ./pulse ${path}`,
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    ...(details === undefined ? [] : [details]),
    ...(isGroup && known.length > 0 ? ['Each of its subcommands takes:'] : []),
    ...(list.length + known.length === 0 ? [] : [formatTaken(list, known)]),
    ...(exitCode1 === undefined ? [] : [`Exit code 1: ${exitCode1}, or the command failed.`]),
    ...(marks.length === 0 ? [] : [marks.map((mark) => `<!-- ${mark} -->`).join('\n')]),
    ...(examples.length === 0 ? [] : [`\`\`\`sh\n${examples.join('\n')}\n\`\`\``]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function formatTaken(
  list: readonly ArgumentDefinition[],
  options: readonly OptionDefinition[],
): string {
  const rows = [
    ...list.map((one) => formatRow(one.usage, one)),
    ...options.map((one) => formatRow(one.flags, one)),
  ];
  return ['| argument or option | what it is | default |', '| --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function formatRow(
  usage: string,
  { help, choices, default: fallback }: ArgumentDefinition | OptionDefinition,
): string {
  const values = choices === undefined ? '' : `: ${choices.map((one) => `\`${one}\``).join(', ')}`;
  // The default of `--no-wait` is that it is not given.
  const shown = fallback === undefined || fallback === true ? '' : `\`${fallback}\``;
  return `| \`${usage}\` | ${escapeCell(help)}${values} | ${shown} |`.replace('|  |', '| |');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<');
}

if (import.meta.main)
  writeFileSync(join(import.meta.dirname, '../docs/commands.md'), formatCommandsPage());
