import { codes } from '../../shared/codes.ts';
import { explain as definition } from '../../shared/commands/explain.ts';
import {
  explain as explainCode,
  formatCodesPage,
  isCode,
  listCodes,
} from '../../shared/explain.ts';
import { formatTable } from '../../shared/table.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { hostCommand, print } from '../command.ts';

export const explain = hostCommand(definition, ({ code, json, markdown }) => {
  if (markdown) process.stdout.write(formatCodesPage());
  else if (code !== undefined) print(formatCode(code, json === true));
  else if (json) print(JSON.stringify(listCodes()));
  else print(formatTable(listCodes().map(({ code: name, meaning }) => ({ code: name, meaning }))));
});

function formatCode(text: string, json: boolean): string {
  const code = text.trim().toUpperCase();
  if (!isCode(code))
    throw new CommandError(`${text} is no code of Pulse`, './pulse explain lists them all');
  return json ? JSON.stringify({ code, ...codes[code] }) : (explainCode(code) ?? '');
}
