import { runWithProgress } from '../../toolchain/step.ts';
import type { Report } from '../../toolchain/tool.ts';
import { installGo } from './go.ts';

export interface GoBuild {
  /** What a person is told, as `compiling pulumi 3.256.0 (3 to 5 minutes on 2 cores)`. */
  readonly doing: string;
  /** Folder of the Go module; its go.mod and go.sum pin everything that is compiled. */
  readonly folder: string;
  readonly package: string;
  readonly buildArguments: readonly string[];
  /** Path of the executable. */
  readonly output: string;
  /** Put over that of the build, which does without a C compiler. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Without symbols and paths of this machine: a third smaller, and the same from every clone.
 *
 * @param variable sets a variable of the program, as `-X main.version=5.2.0`
 */
export function linkerArguments(variable: string): readonly string[] {
  return ['-trimpath', '-ldflags', `-s -w ${variable}`.trim()];
}

/**
 * Compiles one executable from a Go module, and fetches the compiler where there is none.
 *
 * @throws CommandError with the last lines that the compiler printed
 */
export async function buildGo(build: GoBuild, report: Report): Promise<void> {
  const go = await installGo(report);
  const output = ['-o', build.output, build.package];
  await runWithProgress(
    {
      doing: build.doing,
      command: go,
      args: ['build', '-v', '-mod=readonly', '-buildvcs=false', ...build.buildArguments, ...output],
      cwd: build.folder,
      // The Go workspace and flags of the machine's owner must not change the build.
      env: { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', ...build.env },
      remedy:
        'Go fetches modules from the address in `go env GOPROXY`: check that this machine ' +
        'reaches it, and that its disk has 6 GB free.',
      progress: countGoBuild(),
    },
    report,
  );
}

/** Go prints a line for each module that it fetches, and for each package that it compiles. */
function countGoBuild(): (line: string) => string | undefined {
  let modules = 0;
  let packages = 0;
  return (line) => {
    if (line.startsWith('go: downloading ')) modules += 1;
    else if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(line)) packages += 1;
    else return undefined;
    return packages === 0 ? `${modules} modules fetched` : `${packages} packages compiled`;
  };
}
