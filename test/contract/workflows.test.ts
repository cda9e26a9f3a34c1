import { readdirSync, readFileSync } from 'node:fs';

import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, valueAt } from '../../src/domain/core/json-object.ts';

const folder = '.github/workflows';

describe.each(readdirSync(folder))('the workflow %s', (name) => {
  const text = readFileSync(`${folder}/${name}`, 'utf8');
  const workflow = load(text);
  const jobs = Object.values((isObject(workflow) && isObject(workflow['jobs']) && workflow['jobs']) || {});

  it('takes every action by its commit, and says which version that is', () => {
    const used = jobs.flatMap((job) => arrayAt(job, 'steps').map((step) => stringAt(step, 'uses') ?? ''));
    for (const action of used.filter((each) => each !== '')) {
      expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`uses: ${action} # v\\d+\\.\\d+\\.\\d+\\n`));
    }
    expect(used.length).toBeGreaterThan(2);
  });

  it('may read the repository and nothing more, and each job has a time limit', () => {
    expect(valueAt(workflow, 'permissions')).toEqual({ contents: 'read' });
    for (const job of jobs) {
      expect(valueAt(job, 'permissions')).toBeUndefined();
      expect(valueAt(job, 'timeout-minutes')).toBeTypeOf('number');
    }
  });
});
