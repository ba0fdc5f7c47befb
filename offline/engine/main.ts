/** `node offline/engine/main.ts <command>` runs a command on the newest Docker engine. */
import { runOnCurrentEngine } from './current.ts';

process.exitCode = await runOnCurrentEngine(process.argv.slice(2), (line) => console.error(line));
