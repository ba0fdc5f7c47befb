import { codes } from '../../shared/codes.ts';
import { listCodes, explain, isCode, formatCodesPage } from '../../shared/explain.ts';
import { formatTable } from '../../shared/table.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { command, print } from '../command.ts';

interface Form {
  readonly json?: true;
  readonly markdown?: true;
}

export const explainCode = command(
  'explain',
  'what an error code means, what was tried, what to do; without a code, all of them',
  ['./pulse explain TEI_REFUSED', './pulse explain'],
)
  .argument('[code]')
  .option('--json', 'answer for scripts, on stdout')
  .option('--markdown', 'all codes, as docs/codes.md has them')
  .action((text: string | undefined, { json, markdown: page }: Form) => {
    if (page) process.stdout.write(formatCodesPage());
    else if (text === undefined)
      print(
        json
          ? JSON.stringify(listCodes())
          : formatTable(listCodes().map(({ code, meaning }) => ({ code, meaning }))),
      );
    else print(one(text, json === true));
  });

function one(text: string, json: boolean): string {
  const code = text.trim().toUpperCase();
  if (!isCode(code))
    throw new CommandError(`${text} is no code of Pulse`, './pulse explain lists them all');
  return json ? JSON.stringify({ code, ...codes[code] }) : (explain(code) ?? '');
}
