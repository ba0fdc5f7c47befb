/** Runs snippets in a shell that carries out nothing: each command is recorded in its place. */
import { spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { root } from '../../harness/docs/blocks.ts';

/** What stands for something else, by the word between `<` and `>`. */
const examples: Readonly<Record<string, string>> = {
  folder: 'samples',
  id: '0194f1c2-5b7e-7aa0-9f5e-2f1d3c4b5a69',
  host: 'docs.example.org',
  'host or label': 'docs.example.org',
  url: 'https://docs.example.org/page',
  code: 'TEI_REFUSED',
  CODE: 'TEI_REFUSED',
  name: 'dev',
  command: 'status',
  revision: 'main',
  what: 'worker',
};
/** What a reader has in a folder, beside the clone's own files. */
const brought = ['fullchain.pem', 'privkey.pem', 'pages.jsonl', 'queries.txt', 'backup.access'];
/**
 * Commands of a shell that would do something; `grep` finds nothing. Each is recorded in a file of
 * its own, named by the time: those of a pipe run side by side.
 */
const prelude = `
PATH=/nonexistent HOME=/nonexistent TIMEFORMAT=
record() { printf '%s\\0' "$@" > "$records/$EPOCHREALTIME-$BASHPID"; }
command_not_found_handle() { record "$@"; [ "$1" != grep ]; }
function ./pulse { record ./pulse "$@"; }
function cd { :; }
function exec { :; }
function kill { :; }
`;

/**
 * @returns the words of every command, as the shell makes them of quotes, variables and lines
 * @throws when the text is no shell, or names a file to read that nobody has
 */
export function recordCommands(text: string): string[][] {
  const filled = text
    .replaceAll(/<([a-z][a-z ]*|CODE)>/g, (whole, name: string) => examples[name] ?? whole)
    .replaceAll('/etc/prometheus/', '')
    .trim();
  const folder = mkdtempSync(join(tmpdir(), 'pulse-docs-'));
  const records = mkdtempSync(join(tmpdir(), 'pulse-docs-records-'));
  try {
    for (const name of ['docs', 'samples', 'cli', 'test', 'worker'])
      symlinkSync(join(root, name), join(folder, name));
    for (const name of brought) writeFileSync(join(folder, name), '');
    const { status, stderr } = spawnSync('bash', ['--norc', '-c', prelude + filled], {
      cwd: folder,
      env: { records },
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      // A snippet that waits for something would hold up all tests.
      timeout: 10 * 60_000,
    });
    if (status === null || stderr !== '') throw new Error(`bash: ${stderr} (${status})`);
    return readdirSync(records)
      .sort()
      .map((name) => readFileSync(join(records, name), 'utf8').split('\0').slice(0, -1));
  } finally {
    for (const made of [folder, records]) rmSync(made, { recursive: true });
  }
}
