import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger };

const levels = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error' } as const;

/** One JSON line an event, on stderr, so that a command's stdout stays its answer. Addresses lose their passwords. */
export function createLogger(level: keyof typeof levels, worker: string): Logger {
  return pino({
    level: levels[level],
    base: { worker },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ['*.password', 'password', '*.databaseUrl', '*.redisUrl', 'databaseUrl', 'redisUrl'], censor: '[secret]' },
    serializers: { err: (error: Error & { code?: string }) => ({ name: error.name, code: error.code, message: withoutPasswords(error.message), stack: withoutPasswords(error.stack ?? '') }) },
  }, pino.destination({ fd: 2, sync: true }));
}

function withoutPasswords(text: string): string {
  return text.replaceAll(/(\w+:\/\/[^:/\s]*):[^@\s]+@/g, '$1:[secret]@');
}
