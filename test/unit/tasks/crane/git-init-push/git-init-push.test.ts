import { describe, expect, it } from 'vitest';

import { runTask } from '../../../../../src/runtime/run-task.ts';
import { gitInitPush } from '../../../../../src/tasks/crane/git-init-push/task.ts';
import { aHost } from '../../../../builders/host.ts';

describe('git-init-push with a login in its address', () => {
  it.each([
    'https://mover:url-canary@git.example.com/shop.git',
    'https://url-canary@git.example.com/shop.git',
    'https://mover:url/canary@git.example.com/shop.git',
    'mover:url-canary@git.example.com:shop.git',
    'mover:can@git.example.com/shop.git',
    'ssh://mover:url-canary@git.example.com/shop.git',
  ])('shows it nowhere: %s', async (url) => {
    const host = aHost();
    const flags = { 'git-remote-url': url, 'user-name': 'Mover', 'user-email': 'mover@example.com' };
    expect(await runTask(gitInitPush, { ...flags, 'uninitialized-git-repo': '/work' }, host)).toBe(2);
    const texts = [...host.files.values(), ...host.errors, ...host.outputs].join('\n');
    expect(texts).toContain('***@git.example.com');
    expect(texts).toContain('mover@example.com');
    expect(texts).not.toMatch(/can(?:ary)?@|url-canary|url\/canary/);
  });
});
