import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../src/domain/core/errors.ts';
import { parseClaim } from '../../../../src/domain/volumes/claim.ts';
import {
  applyClaimSettings,
  checkClaimSettings,
  parseClaimSettings,
  readClaimNames,
} from '../../../../src/domain/volumes/claim-settings.ts';

const pairs = ['data', 'log'].map((name) => ({ source: name, destination: name }));

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof TaskError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

function aClaim(name: string, size = '2Gi', volumeMode = 'Filesystem') {
  return parseClaim({ metadata: { name }, spec: { volumeMode, resources: { requests: { storage: size } } } });
}

describe('claim-settings', () => {
  it('are a JSON list; an empty text holds none', () => {
    expect(parseClaimSettings()).toEqual([]);
    expect(parseClaimSettings(' ')).toEqual([]);
    const all = { name: 'data', newName: 'f', storageClass: 'fast', size: '1.5Gi', accessModes: ['ReadWriteMany'] };
    expect(parseClaimSettings(JSON.stringify([all]))).toEqual([all]);
  });

  it.each(['a', 'a.b-c', `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`])(
    'take the name %s',
    (name) => {
      expect(parseClaimSettings(JSON.stringify([{ name, newName: name, storageClass: name }]))).toHaveLength(1);
    },
  );

  it.each(['1.5Gi', '500M', '1073741824', '1E', '1e3', '128974848000m', '+1Gi', '.5Gi', '0'])(
    'take the size %s',
    (size) => {
      expect(parseClaimSettings(JSON.stringify([{ name: 'data', size }]))).toHaveLength(1);
    },
  );

  it.each(['', '1GB', '10 Gi', '-1Gi', '1n', '1u', '1Zi', '0x10'])('refuse the size %j', (size) => {
    const text = JSON.stringify([{ name: 'data', size }]);
    expect(refusalOf(() => parseClaimSettings(text))).toBe(
      `invalid-param: reading claim-settings: [0].size: expected a Kubernetes quantity such as 10Gi, got ${JSON.stringify(size)}`,
    );
  });

  it.each([
    ['data:files', 'expected JSON'],
    ['{"name":"data"}', 'expected a list of claim settings, got an object'],
    ['[{}]', '[0].name: expected the name of a claim, got none'],
    ['[{"name":"Data"}]', '[0].name: expected the name of a claim, got "Data"'],
    ['[{"name":"a..b"}]', '[0].name: expected the name of a claim, got "a..b"'],
    ['[{"name":"data","storageclass":"fast"}]', '[0].storageclass: unknown member, did you mean storageClass?'],
    ['[{"name":"data","storageClass":""}]', '[0].storageClass: expected the name of a StorageClass, got ""'],
    ['[{"name":"data","accessModes":[]}]', '[0].accessModes: expected a list with at least one access mode, each once'],
    ['[{"name":"data","accessModes":["RWO"]}]', '[0].accessModes[0]: expected one of ReadWriteOnce, ReadOnlyMany'],
    ['[{"name":"data"},{"name":"log"},{"name":"data"}]', 'claim data has several settings'],
    [
      '[{"name":"data","accessModes":["ReadWriteOncePod","ReadWriteOnce"]}]',
      'claim data: ReadWriteOncePod allows no other access mode',
    ],
  ])('refuse %s', (text, problem) => {
    const refusal = refusalOf(() => parseClaimSettings(text));
    expect(refusal).toContain('invalid-param: reading claim-settings: ');
    expect(refusal).toContain(problem);
  });

  it('give each claim what they say, and the others nothing', () => {
    const settings = parseClaimSettings('[{"name":"data","newName":"files","size":"3Gi"}]');
    expect(applyClaimSettings(pairs, settings)).toEqual([
      { source: 'data', destination: 'files', setting: { size: '3Gi' } },
      { source: 'log', destination: 'log', setting: undefined },
    ]);
    const swapped = parseClaimSettings('[{"name":"data","newName":"log"},{"name":"log","newName":"data"}]');
    expect(applyClaimSettings(pairs, swapped).map(({ destination }) => destination)).toEqual(['log', 'data']);
  });

  it.each([
    ['of claims that are not moved', '[{"name":"x"},{"name":"y"}]', 'these are not among the claims to move: x, y'],
    [
      'with the name of another claim',
      '[{"name":"data","newName":"log"}]',
      'claims data and log would both be named log',
    ],
    [
      'with one new name for two claims',
      '[{"name":"data","newName":"x"},{"name":"log","newName":"x"}]',
      'claims data and log would both be named x',
    ],
  ])('are refused: %s', (_, text, problem) => {
    expect(refusalOf(() => applyClaimSettings(pairs, parseClaimSettings(text)))).toContain(problem);
  });

  it('agree with the pairs of the list of claims', () => {
    const renamed = [{ source: 'data', destination: 'files' }];
    const settings = (newName: string) => parseClaimSettings(JSON.stringify([{ name: 'data', newName }]));
    expect(applyClaimSettings(renamed, settings('files'))[0]?.destination).toBe('files');
    expect(applyClaimSettings(renamed, parseClaimSettings('[{"name":"data"}]'))[0]?.destination).toBe('files');
    expect(refusalOf(() => applyClaimSettings(renamed, settings('other')))).toContain(
      'claim data is renamed both to files and to other',
    );
  });

  it('either give each claim a name of its own or name all claims that would share one', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const setting = fc.record({ name, newName: name }, { requiredKeys: ['name'] });
    fc.assert(
      fc.property(fc.uniqueArray(setting, { selector: (each) => each.name }), (settings) => {
        const all = ['a', 'b', 'c', 'd'].map((each) => ({ source: each, destination: each }));
        const asked = all.map(({ source }) => settings.find((each) => each.name === source)?.newName ?? source);
        const refusal = refusalOf(() => applyClaimSettings(all, settings));
        if (new Set(asked).size === asked.length) expect(refusal).toBe('accepted');
        for (const [index, one] of asked.entries()) {
          if (asked.indexOf(one) !== asked.lastIndexOf(one)) expect(refusal).toContain(all[index]?.source);
        }
      }),
    );
  });
});

describe('settings beside the claims of the source', () => {
  const check = (text: string, claims: readonly ReturnType<typeof aClaim>[]) =>
    refusalOf(() => {
      checkClaimSettings(parseClaimSettings(text), claims);
    });

  it.each(['2Gi', '2048Mi', '3Gi', '2147483648', '2.5Gi'])('fit with the size %s', (size) => {
    expect(check(JSON.stringify([{ name: 'data', size }]), [aClaim('data')])).toBe('accepted');
  });

  it('are refused all at once, with names', () => {
    const text = '[{"name":"data","size":"2G"},{"name":"disk"},{"name":"gone"},{"name":"zero","size":"0"}]';
    expect(check(text, [aClaim('data'), aClaim('disk', '1Gi', 'Block'), aClaim('zero', '1Gi')])).toBe(
      'invalid-param: reading claim-settings: claim data: the size 2G is less than 2Gi of the source; ' +
        'claim disk is a block device (volumeMode Block), which has no files to copy; ' +
        'the source has no claim gone; claim zero: the size 0 is less than 1Gi of the source',
    );
  });
});

describe('names of moved claims', () => {
  it('come from the list of claims and from their settings', () => {
    const settings = parseClaimSettings('[{"name":"log","newName":"logs"}]');
    expect(readClaimNames('data:files,log,same', settings)).toEqual({
      byName: new Map([
        ['data', 'files'],
        ['log', 'logs'],
        ['same', 'same'],
      ]),
      isAll: false,
    });
    expect(readClaimNames('*', settings)).toEqual({ byName: new Map([['log', 'logs']]), isAll: true });
  });
});
