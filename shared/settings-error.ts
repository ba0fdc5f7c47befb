/** One report of all that is wrong with a configuration; the message has a line for each fault. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  /** Never a secret's value. */
  readonly faults: readonly string[];

  /** @param subject what is wrong, as `the environment` */
  constructor(subject: string, faults: readonly string[]) {
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    const lines = faults.map((fault) => `  - ${fault}`);
    super([`${subject} has ${count}:`, ...lines].join('\n'));
    this.faults = faults;
  }
}
