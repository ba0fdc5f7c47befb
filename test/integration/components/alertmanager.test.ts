import { describe, expect, test } from 'vitest';

import { parseSettings } from '../../../settings/parse.ts';
import {
  byMail,
  hideTimes,
  inNtfy,
  publicUrl,
  sampleBelow,
  sendAlarms,
  storesDown,
} from '../../harness/alarm-samples.ts';
import { eventually } from '../../harness/eventually.ts';
import { startAlertmanager } from '../../harness/monitors.ts';
import { hasPython } from '../../harness/python-packages.ts';
import { startReceiver } from '../../harness/receiver.ts';
import type { Message } from '../../harness/receiver.ts';
import { startSmtpServer } from '../../harness/smtp/server.ts';

/** The few words of Go's templates that those for ntfy use, as ntfy has them of the JSON. */
function render(template: string, message: Message): string {
  const write = (text: string, scope: object): string =>
    text
      .replaceAll(
        /\{\{if eq \.status "(\w+)"\}\}(.*?)\{\{end\}\}/gs,
        (_, status: string, words: string) =>
          (scope as { status?: string }).status === status ? words : '',
      )
      .replaceAll(/\{\{\.([\w.]+)\}\}/g, (_, path: string) =>
        String(path.split('.').reduce<unknown>((at, key) => Object(at)[key], scope)),
      );
  const each = /\{\{range \.alerts\}\}(.*)\{\{end\}\}(?=[^{]*\{\{\.common)/s;
  const listed = template.replace(each, (_, inner: string) =>
    message.alerts.map((alert) => write(inner, alert)).join(''),
  );
  return write(listed, message);
}

/** What a mail program shows of it: it has one part, quoted-printable text. */
function readMail(mail: string): string {
  const headers = ['Subject', 'From', 'To'].map(
    (name) => new RegExp(`^${name}: .*$`, 'm').exec(mail)?.[0],
  );
  const [, part = ''] = /^Content-Type: text\/plain;.*?\n\n(.*?)^--/ms.exec(mail) ?? [];
  const text = part
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)));
  return `${headers.join('\n')}\n\n${text.trim()}`;
}

describe.runIf(hasPython)('an alarm', () => {
  test('arrives by mail and in ntfy as docs/monitoring.md shows it', async () => {
    await using receiver = await startReceiver();
    await using smtp = await startSmtpServer();
    const { receivers } = parseSettings('prod', {
      gpuHost: 'embedded',
      monitoring: 'own',
      mailHost: '127.0.0.1',
      mailPort: String(smtp.port),
      mailTls: 'off',
      mailFrom: 'pulse@example.org',
      mailTo: 'operator@example.org',
      ntfyUrl: `http://127.0.0.1:${receiver.port}/alarms`,
      ntfyToken: 'tk_0123456789',
    });
    await using alertmanager = await startAlertmanager({ receivers, publicUrl, speed: 30 });
    await sendAlarms(alertmanager.url, storesDown('postgres', 'redis'));
    const [mail, asked] = await eventually('a mail and a message', () => {
      const [first] = smtp.mails();
      const [request] = receiver.requests('/alarms');
      return first !== undefined && request !== undefined && ([first, request] as const);
    });

    expect(hideTimes(readMail(mail))).toBe(sampleBelow(byMail));

    const { query, authorization, message } = asked;
    expect(authorization).toBe('Bearer tk_0123456789');
    const { tpl, title = '', message: text = '', ...rest } = query;
    expect(tpl).toBe('1');
    const shown = [
      `title: ${render(title, message)}`,
      ...Object.entries(rest).map(([name, value]) => `${name}: ${value}`),
    ];
    expect(`${shown.join('\n')}\n\n${render(text, message)}`).toBe(sampleBelow(inNtfy));
  });
});
