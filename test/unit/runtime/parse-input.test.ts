import { describe, expect, it } from 'vitest';

import { defineTask } from '../../../src/runtime/define-task.ts';
import { parseInput } from '../../../src/runtime/parse-input.ts';

const task = defineTask({
  name: 'task',
  family: 'crane',
  stage: 'export',
  summary: '',
  description: '',
  examples: [],
  params: { digests: { type: 'string', list: true, digests: true, default: '', description: '' } },
  workspaces: {},
  reasons: [],
  results: {},
  run: () => Promise.resolve({ items: [], results: {}, summary: '' }),
});
const one = `sha256:${'a'.repeat(64)}`;
const two = `sha256:${'0'.repeat(64)}`;

describe('a param with digests', () => {
  it.each([
    ['', ''],
    [one, one],
    [`${one},${two}`, `${one},${two}`],
    [`${one}, ,`, `${one}, ,`],
    [JSON.stringify([one, two]), `${one},${two}`],
  ])('takes %j', (given, expected) => {
    expect(parseInput(task, { digests: given }, { isInPod: true }).params['digests']).toBe(expected);
  });

  it.each(['latest', `${one},latest`, 'a'.repeat(64), `${one}0`, one.toUpperCase(), `${one}\n${two}`, '["a,b"]'])(
    'refuses %j',
    (given) => {
      expect(() => parseInput(task, { digests: given }, { isInPod: true })).toThrow(
        expect.objectContaining({ code: 'invalid-param' }),
      );
    },
  );
});

describe('a param that is required in a pod', () => {
  const context = { type: 'string', requiredInPod: true, description: '' } as const;
  const withContext = { ...task, params: { context } };

  it('is empty elsewhere when it is missing, which means the current context', () => {
    expect(parseInput(withContext, {}, { isInPod: false }).params['context']).toBeUndefined();
  });

  it('must be given in a pod, where it may be empty', () => {
    expect(() => parseInput(withContext, {}, { isInPod: true })).toThrow(
      expect.objectContaining({ code: 'invalid-param' }),
    );
    expect(parseInput(withContext, { context: '' }, { isInPod: true }).params['context']).toBeUndefined();
  });
});

describe('an empty text', () => {
  const params = {
    name: { type: 'string', default: '', description: '' },
    kind: { type: 'string', default: '', choices: ['', 'related'], description: '' },
    mode: { type: 'string', default: 'seal', description: '' },
    kinds: { type: 'string', list: true, default: '', description: '' },
    namespace: { type: 'string', description: '' },
  } as const;
  const workspaces = {
    kubeconfig: { flag: 'kubeconfig', optional: true, description: '' },
    export: { flag: 'export-dir', description: '' },
  } as const;
  const asked = { ...task, params, workspaces };

  it('is unknown where a param or a workspace may be left out, and a list without entries', () => {
    const input = { params: { mode: 'seal', kinds: '', namespace: 'shop' }, workspaces: { export: '/export' } };
    const given = { namespace: 'shop', 'export-dir': '/export' };
    expect(parseInput(asked, given, { isInPod: true })).toEqual(input);
    const empty = { name: '', kind: '', kinds: '', kubeconfig: '' };
    expect(parseInput(asked, { ...given, ...empty }, { isInPod: true })).toEqual(input);
  });

  it('remains a text where the param has another default or none', () => {
    const given = { mode: '', namespace: '', 'export-dir': '/export' };
    expect(parseInput(asked, given, { isInPod: true }).params).toMatchObject({ mode: '', namespace: '' });
  });
});

describe('a list whose entries may hold commas, and secrets', () => {
  const variables = { type: 'string', list: true, allowsCommas: true, default: '', description: '' } as const;
  const plain = { ...task, params: { variables } };
  const secret = { ...task, params: { variables: { ...variables, isSecret: true } as const } };
  const broken = { variables: '["A=secretvalue",1]' };
  const messageOf = (asked: typeof plain): string => {
    try {
      parseInput(asked, broken, { isInPod: true });
      return '';
    } catch (error) {
      return String(error);
    }
  };

  it.each([
    ['A=1,B=2', 'A=1,B=2'],
    ['["A=1","B=2"]', 'A=1,B=2'],
    ['["A=1,2"]', '["A=1,2"]'],
  ])('is taken: %j', (given, expected) => {
    expect(parseInput(plain, { variables: given }, { isInPod: true }).params['variables']).toBe(expected);
  });

  it('is refused without its value if that may be secret', () => {
    expect(messageOf(plain)).toContain('or a JSON array of texts, got');
    expect(messageOf(secret)).toContain('--variables: expected entries with commas, or a JSON array of texts');
    expect(messageOf(secret)).not.toContain('secretvalue');
  });
});
