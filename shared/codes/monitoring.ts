import type { Explanation } from './explanation.ts';

export const monitoring = {
  ALERTMANAGER_AWAY: {
    meaning: "The stack's own Alertmanager does not answer: perhaps nobody is told of alarms.",
    tried: 'ask it for alarms and silences, for 2 seconds',
    check: './pulse status, then ./pulse logs alertmanager; everything else goes on without it',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
