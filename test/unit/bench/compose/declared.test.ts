import { expect, test } from 'vitest';

import { readDeclared } from '../../../../bench/compose/declared.ts';

const urn = (name: string): string => `urn:pulumi:test::pulse::docker:Container::${name}`;

test('a state gives names, inputs without defaults and marks, and what waits for what', () => {
  const state = {
    version: 3,
    deployment: {
      resources: [
        { urn: urn('redis'), type: 'docker:Container', inputs: { image: 'redis:7' } },
        {
          urn: urn('worker-1'),
          type: 'docker:Container',
          inputs: {
            __defaults: ['logs'],
            logs: false,
            envs: {
              '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270',
              plaintext: '["REDIS_URL=redis://:secret@redis"]',
            },
          },
          dependencies: [urn('redis')],
        },
      ],
    },
  };
  expect(readDeclared(JSON.stringify(state))).toEqual([
    { type: 'docker:Container', name: 'redis', inputs: { image: 'redis:7' }, waitsFor: [] },
    {
      type: 'docker:Container',
      name: 'worker-1',
      inputs: { envs: ['REDIS_URL=redis://:secret@redis'] },
      waitsFor: ['redis'],
    },
  ]);
});

test('a stack of which nothing is there declares nothing', () => {
  expect(readDeclared('{"deployment":{}}')).toEqual([]);
});
