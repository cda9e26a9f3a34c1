import { readdirSync, readFileSync } from 'node:fs';

import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, valueAt } from '../../src/domain/core/json-object.ts';

const folder = '.github/workflows';

/** What jobs may do besides reading the repository. Every other job has the permissions of its workflow. */
const jobPermissions: Readonly<Record<string, unknown>> = {
  'codeql.yaml/analyze': { contents: 'read', 'security-events': 'write' },
  'scorecard.yaml/analyze': { contents: 'read', 'id-token': 'write', 'security-events': 'write' },
};

/** A tag for the reader, a digest for the machine. */
const pinnedImage = /^[\w.-]+(?:\/[\w.-]+)+:[\w.-]+@sha256:[0-9a-f]{64}$/;

describe.each(readdirSync(folder))('the workflow %s', (name) => {
  const text = readFileSync(`${folder}/${name}`, 'utf8');
  const workflow = load(text);
  const jobs = Object.entries((isObject(workflow) && isObject(workflow['jobs']) && workflow['jobs']) || {});
  const steps = jobs.flatMap(([, job]) => arrayAt(job, 'steps'));

  it('takes every action by its commit, and says which version that is', () => {
    const used = [...steps, ...jobs.map(([, job]) => job)].flatMap((user) => stringAt(user, 'uses') ?? []);
    for (const action of used) {
      expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`uses: ${action} # v\\d+\\.\\d+\\.\\d+\\n`));
    }
    expect(used.length).toBeGreaterThan(0);
  });

  it('takes every image by tag and digest', () => {
    const images = jobs.flatMap(([, job]) => [
      valueAt(job, 'container', 'image') ?? valueAt(job, 'container'),
      ...Object.values(valueAt(job, 'services') ?? {}).map((service) => valueAt(service, 'image')),
    ]);
    for (const image of images.filter((each) => each !== undefined)) expect(image).toMatch(pinnedImage);
  });

  it('may read the repository and nothing more, unless the job is listed here', () => {
    expect(valueAt(workflow, 'permissions')).toEqual({ contents: 'read' });
    for (const [job, content] of jobs)
      expect(valueAt(content, 'permissions'), job).toEqual(jobPermissions[`${name}/${job}`]);
  });

  it('has a time limit and a fixed runner for each job', () => {
    for (const [, job] of jobs) {
      expect(valueAt(job, 'timeout-minutes')).toBeTypeOf('number');
      expect(stringAt(job, 'runs-on')).toMatch(/-\d+\.\d+$/);
    }
  });

  it('leaves no token in the checkout', () => {
    const checkouts = steps.filter((step) => stringAt(step, 'uses')?.startsWith('actions/checkout@') === true);
    for (const step of checkouts) expect(valueAt(step, 'with', 'persist-credentials')).toBe(false);
    expect(checkouts.length).toBeGreaterThan(0);
  });

  it('never runs code of a pull request with rights, nor text of an event as a script', () => {
    expect(text).not.toMatch(/pull_request_target|workflow_run/);
    for (const step of steps) expect(stringAt(step, 'run') ?? '').not.toContain('${{');
  });
});

it('the devcontainer takes its images by tag and digest', () => {
  const images = [...readFileSync('.devcontainer/Dockerfile', 'utf8').matchAll(/_IMAGE=(.+)$/gm)];
  expect(images).toHaveLength(2);
  for (const [, image] of images) expect(image).toMatch(pinnedImage);
});

it('the workflows use the Node.js of .nvmrc, which is the one that the tests run with', () => {
  const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
  const major = readFileSync('.nvmrc', 'utf8').trim();
  expect(stringAt(manifest, 'devDependencies', 'node')?.split('.')[0]).toBe(major);
  expect(stringAt(manifest, 'engines', 'node')).toBe(`>=${major}`);
});
