import type { Project } from './project.ts';

/** The stores' passwords and the API's keys, as a container of the API has them. */
export async function readSecrets(project: Project, container: string): Promise<Set<string>> {
  const { stdout } = await project.docker('inspect', container, '--format', '{{json .Config.Env}}');
  return new Set(
    (JSON.parse(stdout) as string[]).flatMap((line) => {
      const [, password] =
        /^(?:REDIS_URL|WEBHOOK_DATABASE_URL)=\w+:\/\/[^:]*:([^@]+)@/.exec(line) ?? [];
      const [, key] = /^WEBHOOK_(?:API|SEARCH)_SECRET=(.+)$/.exec(line) ?? [];
      return password ?? key ?? [];
    }),
  );
}
