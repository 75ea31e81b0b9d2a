import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSettings, parseSettings } from '../../infra/load-settings.ts';

describe('settings', () => {
  test('need none', () => {
    expect(parseSettings({})).toMatchObject({
      stackName: 'Dropscore',
      chunkRows: 20_000,
      chunkBytes: 8 * 1024 * 1024,
      output: 'both',
      runtimes: { classic: { pythonVersion: '3.13', timeoutSeconds: 120 } },
      queues: { retentionDays: 10, deadLetterRetentionDays: 14, maxReceives: 5 },
      local: false,
    });
  });

  test('given in part keep the other defaults', () => {
    const { functions, runtimes } = parseSettings({
      functions: { fanOut: { timeoutSeconds: 60 } },
      runtimes: { boosted: { requirements: 'boosted.txt' } },
    });
    expect(functions.fanOut).toEqual({ memoryMiB: 1769, timeoutSeconds: 60 });
    expect(functions.watchdog.timeoutSeconds).toBe(300);
    expect(Object.keys(runtimes).sort()).toEqual(['boosted', 'classic', 'onnx']);
  });

  test.each([
    [{ chunkRow: 5 }, 'chunkRow is no setting; did you mean chunkRows?'],
    [{ queues: { maxRecieves: 5 } }, 'queues.maxRecieves is no setting; did you mean maxReceives?'],
    [
      { runtimes: { classic: { memory: 512 } } },
      'runtimes.classic.memory is no setting; did you mean memoryMiB?',
    ],
    [
      { functions: { fanOut: { cpu: 2 } } },
      'functions.fanOut.cpu is no setting; there are memoryMiB, timeoutSeconds.',
    ],
    [
      { runtimes: { classic: { enabled: false }, onnx: { enabled: false } } },
      'runtimes: at least one has to be enabled',
    ],
    [
      { runtimes: { onnx: { ephemeralStorageMiB: 500 } } },
      'runtimes.onnx.ephemeralStorageMiB: Too small: expected number to be >=512',
    ],
    [{ chunkRows: 0 }, 'chunkRows: Too small: expected number to be >=1'],
    [{ chunkRows: 1.5 }, 'chunkRows: Invalid input: expected int, received number'],
    [{ output: 'row' }, 'output: Invalid option: expected one of "rows"|"files"|"both"'],
    [{ runtimes: { boosted: {} } }, 'runtimes.boosted.requirements: is needed: only `classic` and `onnx`'],
    [
      { queues: { retentionDays: 13, deadLetterRetentionDays: 13 } },
      'queues.deadLetterRetentionDays: must be more',
    ],
    [{ queues: { visibilityFactor: 2 } }, 'queues.visibilityFactor: must be 6 or more on AWS'],
    [
      { runtimes: { classic: { timeoutSeconds: 900 } } },
      'watchdog.staleMinutes: must cover the visibility timeout of runtime classic',
    ],
    [
      { functions: { unpack: { timeoutSeconds: 601 } } },
      'watchdog.staleMinutes: must cover the visibility timeout of unpack',
    ],
    [
      { runtimes: { classic: { maximumConcurrency: 100 } } },
      'runtimes.classic.maximumConcurrency: 100 predictors at their shares of writeUnitsPerSecond take 500 s to write chunks of 20000 rows, and have 110',
    ],
    [{ chunkRows: 1_000_000 }, 'chunkRows: 2 predictors at their shares of writeUnitsPerSecond take 500 s'],
    [
      { runtimes: { onnx: { timeoutSeconds: 19 } } },
      'chunkRows: 2 predictors at their shares of writeUnitsPerSecond take 10 s to write chunks of 20000 rows, and have 9',
    ],
    [
      { runtimes: { classic: { http: { snapStart: true, provisionedConcurrency: 2 } } } },
      'runtimes.classic.http.snapStart: excludes http.provisionedConcurrency',
    ],
    [
      { runtimes: { classic: { packaging: 'image', http: { snapStart: true } } } },
      'runtimes.classic.http.snapStart: needs packaging: layer',
    ],
    [
      { runtimes: { classic: { pythonVersion: '3.11', http: { snapStart: true } } } },
      'runtimes.classic.http.snapStart: needs pythonVersion 3.12 or later',
    ],
    [
      { runtimes: { classic: { ephemeralStorageMiB: 1024, http: { snapStart: true } } } },
      'runtimes.classic.http.snapStart: needs ephemeralStorageMiB: 512',
    ],
    [{ api: { rate: 0 } }, 'api.rate: Too small: expected number to be >=0.1'],
    [{ api: { corsOrigins: ['https://a.example/'] } }, 'api.corsOrigins.0: must be an origin'],
    [{ api: { corsOrigins: ['a.example'] } }, 'api.corsOrigins.0: must be an origin'],
    [{ api: { corsOrigins: ['*', 'https://a.example'] } }, 'api.corsOrigins: takes `*` by itself only'],
    [{ alarms: { topicArn: 'on-call' } }, 'alarms.topicArn: must be the ARN of an SNS topic'],
    [{ alarms: { email: 'on-call' } }, 'alarms.email: must be an e-mail address'],
    [
      { alarms: { email: 'a@example.com', topicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call' } },
      'alarms.email: is for a topic of the stack’s own',
    ],
    [[], '  - Invalid input: expected object, received array'],
  ])('%j: %s', (settings, message) => {
    expect(() => parseSettings(settings)).toThrow(message);
  });

  test('that are wrong in several ways are told at once, and none of their values', () => {
    const settings = {
      output: 'secret-1',
      chunkRows: 'secret-2',
      stackName: 'secret 3',
      alarms: { topicArn: 'secret-4' },
    };
    expect.assertions(3);
    try {
      parseSettings(settings);
    } catch (error) {
      const { name, message } = error as Error;
      expect(name).toBe('SettingsError');
      expect(message.match(/^ {2}- /gm)).toHaveLength(4);
      expect(message).not.toMatch(/secret/);
    }
  });

  test.each([
    { runtimes: { classic: { maximumConcurrency: 100 } }, output: 'files' },
    { runtimes: { classic: { maximumConcurrency: 100 } }, writeUnitsPerSecond: 40_000 },
    { runtimes: { classic: { maximumConcurrency: 100 } }, chunkRows: 2000 },
    { runtimes: { classic: { maximumConcurrency: 100 } }, local: true },
  ] as const)('chunks that are written in time are none of its business: %j', (settings) => {
    expect(() => parseSettings(settings)).not.toThrow();
  });

  test('a local stack may hide messages for a shorter time', () => {
    expect(parseSettings({ local: true, queues: { visibilityFactor: 1 } }).queues.visibilityFactor).toBe(1);
  });

  test('a watchdog waits just as long as a source may be in the hands of unpack', () => {
    const { functions } = parseSettings({ functions: { unpack: { timeoutSeconds: 600 } } });
    expect(functions.unpack).toEqual({ memoryMiB: 3008, timeoutSeconds: 600 });
  });
});

describe('the settings file', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'dropscore-settings-'));
  const write = (name: string, text: string) => writeFileSync(path.join(directory, name), text);

  test('is not needed', () => {
    expect(loadSettings({ directory, env: {} }).stackName).toBe('Dropscore');
  });

  test('overrides the defaults, and props override it, field by field', () => {
    write('dropscore.settings.json', '{"stackName":"FromFile","queues":{"maxReceives":3}}');
    const settings = loadSettings({ directory, env: {}, overrides: { queues: { retentionDays: 7 } } });
    expect(settings).toMatchObject({ stackName: 'FromFile', queues: { maxReceives: 3, retentionDays: 7 } });
  });

  test('may be another, named by DROPSCORE_SETTINGS', () => {
    write('other.json', '{"stackName":"Other"}');
    expect(loadSettings({ directory, env: { DROPSCORE_SETTINGS: 'other.json' } }).stackName).toBe('Other');
  });

  test.each([
    ['missing.json', undefined, 'names a file that does not exist'],
    ['broken.json', '{', 'must hold one JSON object'],
    ['list.json', '[]', 'must hold one JSON object'],
    ['wrong.json', '{"chunkRow":1}', 'did you mean chunkRows?'],
  ])('%s with %j: %s', (name, text, message) => {
    if (text !== undefined) write(name, text);
    expect(() => loadSettings({ directory, env: { DROPSCORE_SETTINGS: name } })).toThrow(message);
  });
});
