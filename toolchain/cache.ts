import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where Pulse keeps what it installs without root; `PULSE_CACHE` moves it. */
export function cacheFolder(): string {
  return process.env['PULSE_CACHE'] ?? join(homedir(), '.cache', 'pulse');
}
