import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where Pulse keeps what it installs without root; `PULSE_CACHE` moves it. */
export function cacheFolder(): string {
  return resolve(process.env['PULSE_CACHE'] || join(homedir(), '.cache', 'pulse'));
}
