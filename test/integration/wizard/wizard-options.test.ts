import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { command, makeFolder } from '../../builders/command.ts';
import { startWizardProcess } from '../../builders/wizard.ts';

describe('options of the server that mean nothing', () => {
  it.each([
    '--trusted-proxies=10.0.0.0/33',
    '--trusted-proxies=192.0.2.1,proxy.example',
    '--allow-clusters=https://api.example.com:6443',
    '--allow-clusters=api.example.com:6443/path',
    '--allow-clusters=0x7f.1',
    '--public-url=http://wizard.example.com',
    '--run-url=https://tekton.example.com/#/pipelineruns',
    '--run-url=javascript:alert({name})',
    '--tls-dir=/does/not/exist',
  ])('%s is refused at the start', async (option) => {
    const [node, program] = command;
    const { exitCode, stderr } = await execa(node, [program, 'wizard', '--no-browser=true', option], { reject: false });
    expect(exitCode, stderr).toBe(2);
    const isFolder = option.startsWith('--tls-dir');
    expect(stderr).toContain(isFolder ? '/does/not/exist' : option.slice(0, option.indexOf('=')));
  });
});

describe('the terminal', () => {
  it('says what the link is for, and how to stop', async () => {
    const folder = await makeFolder();
    const kubeconfig = join(folder.path, 'config');
    const context = { name: 'a', context: { cluster: 'a' } };
    const cluster = { name: 'a', cluster: { server: 'https://127.0.0.1:1' } };
    await writeFile(kubeconfig, JSON.stringify({ clusters: [cluster], contexts: [context], 'current-context': 'a' }));
    const wizard = await startWizardProcess([`--kubeconfig=${kubeconfig}`]);
    try {
      const link = String.raw`http://127\.0\.0\.1:\d+/#secret=\S+`;
      expect(wizard.output()).toMatch(new RegExp(`works once; Ctrl\\+C stops the wizard\n${link}\n$`));
    } finally {
      await wizard.stop();
      await folder.remove();
    }
  });
});
