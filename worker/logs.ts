import { pino } from 'pino';
import type { Logger, LogFn } from 'pino';

import { codes } from '../shared/codes.ts';
import type { Code } from '../shared/codes.ts';
import { isCode } from '../shared/explain.ts';
import { redact } from '../shared/redaction.ts';

export type { Logger };

const levels = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error' } as const;
const warn = pino.levels.values['warn'] as number;
/** How often at most one message is an alert; in between it is logged as `info`. */
const alertEveryMs = 60_000;

/**
 * Logs one JSON line per event on standard error, because standard output is for a command's
 * answer.
 *
 * A line of level `warn` or above is for a person to act on: it has `alert: true`, a code of the
 * catalogue and what to check, so that an alert can match it. The same message becomes such a line
 * once a minute at most.
 *
 * @param secrets never appear in a line; nor does any password in a URL
 */
export function createLogger(
  level: keyof typeof levels,
  worker: string,
  secrets: readonly string[] = [],
  write = toStderr(),
): Logger {
  return pino(
    {
      level: levels[level],
      base: { worker },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          '*.password',
          'password',
          '*.apiKey',
          'apiKey',
          '*.databaseUrl',
          '*.redisUrl',
          'databaseUrl',
          'redisUrl',
        ],
        censor: '[secret]',
      },
      serializers: {
        err: (error: Error & { code?: string }) => ({
          name: error.name,
          code: error.code,
          message: error.message,
          stack: error.stack,
        }),
      },
      hooks: {
        logMethod: markAlerts(),
        streamWrite: (line) => removePasswords(redact(secrets, line)),
      },
    },
    { write },
  );
}

function toStderr(): (line: string) => void {
  const destination = pino.destination({ fd: 2, sync: true });
  return (line) => void destination.write(line);
}

function markAlerts(): (
  this: Logger,
  args: Parameters<LogFn>,
  method: LogFn,
  level: number,
) => void {
  const alertedAtMs = new Map<string, number>();
  return function (args, method, level) {
    if (level < warn) return method.apply(this, args);
    const [about, message] = (typeof args[0] === 'object'
      ? args
      : [{}, ...(args as unknown[])]) as unknown as [
      { code?: unknown; err?: { code?: unknown } },
      string,
    ];
    const code = codeOf(about);
    const key = `${code} ${message}`;
    const lastMs = alertedAtMs.get(key) ?? -Infinity;
    if (performance.now() - lastMs < alertEveryMs) return this.info(about, message);
    alertedAtMs.set(key, performance.now());
    return method.apply(this, [{ ...about, alert: true, code, check: codes[code].check }, message]);
  };
}

function codeOf({ code, err }: { code?: unknown; err?: { code?: unknown } }): Code {
  return [code, err?.code].map(String).find(isCode) ?? 'WORKER_ERROR';
}

function removePasswords(text: string): string {
  return text.replaceAll(/(\w+:\/\/[^:/\s"]*):[^@\s"]+@/g, '$1:[secret]@');
}
