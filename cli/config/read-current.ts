import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { YAMLParseError, parse } from 'yaml';

import { CommandError } from '../../toolchain/command-error.ts';
import { root } from '../paths.ts';
import { secretValue } from './import.ts';
import type { Current } from './import.ts';

/** Reads the file itself, so that neither a backend nor a passphrase is needed. */
export function readCurrent(stack: string): Current {
  const file = `Pulumi.${stack}.yaml`;
  const path = join(root, file);
  return existsSync(path) ? parseCurrent(file, readFileSync(path, 'utf8')) : {};
}

/** @throws CommandError where a text is no YAML, with the place alone: a secret may stand there */
export function parseCurrent(file: string, text: string): Current {
  const { config } = (parseYaml(file, text) ?? {}) as { config?: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config ?? {}).map(([key, value]) => [
      key.replace(/^pulse:/, ''),
      typeof value === 'object' ? secretValue : String(value as string | number | boolean),
    ]),
  );
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const line = error.linePos?.[0].line;
    throw new CommandError(
      `${file} is no YAML: ${error.code} in line ${line}`,
      'correct the file; nothing was written',
    );
  }
}
