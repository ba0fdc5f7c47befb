import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

interface EngineEvent {
  readonly Action: string;
  readonly Actor: { readonly Attributes: { readonly name: string; readonly exitCode?: string } };
}

/**
 * Follows which containers serve: they are healthy and not told to stop. It reads the engine's
 * events, which also show what happens between two inspections.
 */
export class Serving implements Disposable {
  readonly #serving: Set<string>;
  readonly #events;
  #least: number;
  /** Of those that ended, in order: 0 after a full drain, 137 after a kill. */
  readonly exitCodes: string[] = [];

  /** @param names those that serve now */
  constructor(names: readonly string[]) {
    this.#serving = new Set(names);
    this.#least = names.length;
    this.#events = spawn(
      'docker',
      [
        'events',
        '--filter',
        'type=container',
        '--format',
        '{{json .}}',
        // It begins to listen some time after this moment.
        '--since',
        String(Date.now() / 1_000),
        ...names.flatMap((name) => ['--filter', `container=${name}`]),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    createInterface({ input: this.#events.stdout }).on('line', (line) =>
      this.#follow(JSON.parse(line) as EngineEvent),
    );
  }

  /** The fewest that ever served at once. */
  get least(): number {
    return this.#least;
  }
  /** How many serve now. */
  get now(): number {
    return this.#serving.size;
  }

  #follow({
    Action,
    Actor: {
      Attributes: { name, exitCode },
    },
  }: EngineEvent): void {
    if (Action === 'die') this.exitCodes.push(exitCode ?? '');
    if (Action === 'health_status: healthy') this.#serving.add(name);
    else if (
      Action === 'kill' ||
      Action === 'die' ||
      Action === 'destroy' ||
      Action === 'health_status: unhealthy'
    )
      this.#serving.delete(name);
    this.#least = Math.min(this.#least, this.#serving.size);
  }

  [Symbol.dispose](): void {
    this.#events.kill();
  }
}
