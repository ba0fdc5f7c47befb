import { randomBytes } from 'node:crypto';
import { parseEnv } from 'node:util';

import { settingRows } from '../../settings.ts';
import type { Key } from '../../settings.ts';
import { parseSettings } from '../../settings/parse.ts';
import { interpretVariable } from './old-names.ts';

/**
 * A stack's configuration as it stands: a text, or `secret` for a value that only its passphrase
 * opens.
 */
export type Current = Readonly<Record<string, string | typeof secretValue>>;
export const secretValue = Symbol('a value that only the passphrase opens');

/** One line of the report; never holds a secret's value. */
export interface ImportLine {
  /** In the old `.env`. */
  readonly name: string;
  readonly setting: string;
  readonly outcome:
    | 'set'
    | 'unchanged'
    | 'made anew'
    | 'kept from the file'
    | 'not kept'
    | 'there already'
    | 'not needed'
    | 'not understood';
  readonly note: string;
}

export interface Import {
  readonly lines: readonly ImportLine[];
  readonly plain: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Old secrets that go on being accepted next to new ones. */
  readonly previous: Readonly<Record<string, string>>;
}

/**
 * Turns an old `.env` into a stack's configuration. Secrets stood there in plain text, so new ones
 * are made in their place; the API's is accepted next to the new one, so that its callers go on. A
 * secret that the stack has already stays, so that a second import changes nothing.
 *
 * @throws SettingsError when the configuration would not be valid, with every fault
 */
export function importEnvFile(
  stack: string,
  envFile: string,
  current: Current,
  keepSecrets: boolean,
): Import {
  const lines: ImportLine[] = [];
  const plain: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  const previous: Record<string, string> = {};
  for (const [name, text = ''] of Object.entries(parseEnv(envFile))) {
    const meaning = interpretVariable(name, text);
    if (meaning === undefined) {
      lines.push({ name, setting: '', outcome: 'not understood', note: '' });
      continue;
    }
    const { settings = {}, secret, note = '' } = meaning;
    for (const [key, value] of Object.entries(settings)) {
      const same = (current[key] ?? settingRows[key as Key].default) === value;
      if (!same) plain[key] = value;
      lines.push({ name, setting: key, outcome: same ? 'unchanged' : 'set', note });
    }
    if (secret !== undefined) {
      const there = current[secret.key] !== undefined;
      if (!there) secrets[secret.key] = keepSecrets ? secret.text : randomBytes(32).toString('hex');
      lines.push({
        name,
        setting: secret.key,
        outcome: secretOutcome(there, keepSecrets),
        note,
      });
      const { text: old, previous: key } = secret;
      if (key !== undefined && !there && !keepSecrets && current[key] === undefined) {
        const problem = faultOf(key, old);
        if (problem === undefined) previous[key] = old;
        lines.push(previousLine(name, key, problem));
      }
    }
    if (Object.keys(settings).length === 0 && secret === undefined)
      lines.push({ name, setting: '', outcome: 'not needed', note });
  }
  const texts = {
    ...Object.fromEntries(
      Object.entries(current).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
    ...plain,
    ...secrets,
    ...previous,
  };
  parseSettings(stack, texts, { isWhole: false });
  return { lines, plain, secrets, previous };
}

/** What keeps a text from being the value of a setting. */
function faultOf(key: Key, text: string): string | undefined {
  const parsed = settingRows[key].kind.parse(text);
  return 'problem' in parsed ? parsed.problem : undefined;
}

function previousLine(name: string, setting: Key, problem: string | undefined): ImportLine {
  return problem === undefined
    ? {
        name,
        setting,
        outcome: 'kept from the file',
        note:
          "callers go on with it; the API's log names who still does (a previous key is still " +
          `used). Then: pulumi config rm pulse:${setting}`,
      }
    : {
        name,
        setting,
        outcome: 'not kept',
        note: `the old one ${problem}: callers need the new one at once`,
      };
}

function secretOutcome(isThere: boolean, keepSecrets: boolean): ImportLine['outcome'] {
  if (isThere) return 'there already';
  return keepSecrets ? 'kept from the file' : 'made anew';
}
