import { readFileSync, writeFileSync } from 'node:fs';

import { parseDocument } from 'yaml';
import type { Document } from 'yaml';

/** Pulumi.<stack>.yaml: the settings of a stack, and the salt of its secrets. */
export class StackFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Begins as a copy of another stack's file, as it is committed. */
  copyFrom(path: string): void {
    this.#write(parseDocument(readFileSync(path, 'utf8')));
    this.forgetSalt();
  }

  get(key: string): unknown {
    return this.#read().getIn(['config', `pulse:${key}`]);
  }

  /** `undefined` removes a setting. */
  set(settings: Readonly<Record<string, string | undefined>>): void {
    const configuration = this.#read();
    for (const [key, value] of Object.entries(settings)) {
      if (value === undefined) configuration.deleteIn(['config', `pulse:${key}`]);
      else configuration.setIn(['config', `pulse:${key}`], value);
    }
    this.#write(configuration);
  }

  /** The salt belongs to a passphrase. */
  forgetSalt(): void {
    const configuration = this.#read();
    configuration.delete('encryptionsalt');
    this.#write(configuration);
  }

  #read(): Document {
    return parseDocument(readFileSync(this.path, 'utf8'));
  }

  #write(configuration: Document): void {
    writeFileSync(this.path, String(configuration));
  }
}
